"""The versions of Oracle that the double can play."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """What differs on the wire between versions."""

    version: tuple[int, int, int, int, int]
    field_version: int
    protocol: int
    end_of_response: bool
    fast_auth: bool

    @property
    def number(self) -> int:
        """Version as one number, as the logon tells it."""
        first, second, third, fourth, fifth = self.version
        return first << 24 | second << 16 | third << 12 | fourth << 4 | fifth

    @property
    def text(self) -> str:
        """Version with its dots."""
        return ".".join(map(str, self.version))


PROFILES = {
    "19": Profile((19, 28, 0, 0, 0), 13, 318, end_of_response=False, fast_auth=False),
    "23": Profile((23, 9, 0, 25, 7), 24, 319, end_of_response=True, fast_auth=True),
}
