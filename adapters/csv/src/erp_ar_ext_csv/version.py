"""The adapter's version: part of how files are read."""

VERSION = "0.1.0"
