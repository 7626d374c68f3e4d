"""A server side of Oracle Net (TNS) + TTC, just big enough for python-oracledb thin mode.

The wire format facts were learned by reading python-oracledb's thin driver; the code is our own.
"""
from __future__ import annotations
import asyncio, sys, dataclasses
from collections import deque
import datetime as dt, hashlib, os, secrets, struct, threading, time, traceback
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from .wire import *
from . import faults as faults_

CONNECT, ACCEPT, REFUSE, REDIRECT, DATA, MARKER = 1, 2, 4, 5, 6, 12


class OraError(Exception):
    def __init__(self, code: int, text: str = "", pos: int = 0):
        self.code, self.pos = code, pos
        self.text = f"ORA-{code:05d}: {text}"
        super().__init__(self.text)


class Dropped(Exception):
    """fault injection: the server vanishes"""


@dataclasses.dataclass
class Col:
    name: str
    type: int = VARCHAR
    size: int = 4000           # buffer size in bytes
    precision: int = 0
    scale: int = 0
    nullable: bool = True
    csfrm: int = 0

    @property
    def cs(self): return self.csfrm or (1 if self.type in (VARCHAR, CHAR, LONG, CLOB) else 0)


@dataclasses.dataclass
class Bind:
    type: int
    size: int
    csfrm: int
    array: bool = False
    maxelem: int = 0
    lobprefetch: int = 0


@dataclasses.dataclass
class Result:
    cols: list[Col] | None = None
    rows: list | None = None              # query rows
    rowcount: int = 0
    outs: list | None = None              # PL/SQL out binds: [(index, value)]
    dirs: list | None = None              # PL/SQL bind directions
    returning: list | None = None         # per execution: list of per-bind value lists
    batch: list = dataclasses.field(default_factory=list)   # [(offset, OraError)]
    rowcounts: list | None = None
    warning: bool = False


@dataclasses.dataclass
class Profile:
    version: tuple = (19, 28, 0, 0, 0)
    field_version: int = 13
    protocol: int = 318
    eor: bool = False
    fast_auth: bool = False

    @property
    def version_no(self):
        a, b, c, d, e = self.version
        return a << 24 | b << 16 | c << 12 | d << 4 | e


P19 = Profile()
P23 = Profile((23, 9, 0, 25, 7), 24, 319, True, True)


def _cbc(key, data, encrypt, pad=False):
    if pad:
        n = 16 - len(data) % 16
        data += bytes([n]) * n
    c = Cipher(algorithms.AES(key), modes.CBC(bytes(16)))
    o = c.encryptor() if encrypt else c.decryptor()
    return o.update(data) + o.finalize()


class Session:
    ids = iter(range(100, 10**9))

    def __init__(self, srv: "OraDouble", reader, writer):
        self.srv, self.r, self.w = srv, reader, writer
        self.p = srv.profile
        self.fv = self.p.field_version
        self.eor = False                   # switched on once negotiated
        self.sdu = 8192
        self.big = False                   # 4-byte packet length after ACCEPT
        self.buf = bytearray()
        self.sid = next(self.ids)
        self.cursors: dict[int, dict] = {}
        self.lobs: dict[bytes, list] = {}
        self.next_cursor = 1
        self.be = None
        self.pool = ThreadPoolExecutor(1, thread_name_prefix=f"ora-{self.sid}")
        self.broken = asyncio.Event()
        self.q: asyncio.Queue = asyncio.Queue()
        self.user = None

    # ---------------- packets ----------------
    async def read_packet(self):
        h = await self.r.readexactly(8)
        n = struct.unpack(">I", h[:4])[0] if self.big else struct.unpack(">H", h[:2])[0]
        return h[4], h[5], await self.r.readexactly(n - 8)

    def send_packet(self, typ, body=b"", flags=0):
        n = len(body) + 8
        head = struct.pack(">I", n) if self.big else struct.pack(">HH", n, 0)
        self.w.write(head + bytes((typ, flags, 0, 0)) + body)

    async def send(self, wr: Writer):
        if self.eor:
            wr.u8(29)
        body, step = bytes(wr.b), self.sdu - 10
        chunks = [body[i:i + step] for i in range(0, len(body), step)] or [b""]
        for i, c in enumerate(chunks):
            fl = 0x2000 if self.eor and i == len(chunks) - 1 else 0
            self.send_packet(DATA, struct.pack(">H", fl) + c)
        await self.w.drain()

    async def pump(self):
        """reads packets for ever; markers set self.broken at once so that running calls can be interrupted"""
        try:
            while True:
                typ, fl, body = await self.read_packet()
                if typ == MARKER and body[2] in (1, 3):
                    self.broken.set()
                    if self.be: self.be.cancel()
                await self.q.put((typ, fl, body))
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            await self.q.put(None)
            self.broken.set()
            if self.be: self.be.cancel()

    # ---------------- connection ----------------
    async def run(self):
        task = None
        try:
            await self.handshake()
            task = asyncio.ensure_future(self.pump())
            await self.serve()
        except Dropped as e:
            if str(e) == "rst":
                import socket
                s = self.w.get_extra_info("socket")
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.w.transport.abort()
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        except Exception:
            self.srv.log("CRASH", traceback.format_exc())
        finally:
            if task: task.cancel()
            if self.be:
                self.be.cancel()
                be, self.be = self.be, None
                try: self.pool.submit(be.close)      # rolls back, as a dead Oracle session does
                except RuntimeError: be.close()      # interpreter is shutting down
            self.pool.shutdown(wait=False)
            self.w.close()

    async def fault(self, call, when, sql=""):
        for f in self.srv.faults:
            if f.strikes(call, when, sql):
                self.srv.record(self.sid, self.user, "fault", sql, f"{f.when} {f.call}: {f.action}")
                if f.action in ("drop", "rst"): raise Dropped(f.action)
                if f.action == "error": raise OraError(f.code, faults_.message(f.code))
                if f.action == "delay": await asyncio.sleep(f.seconds)
                if f.action == "stall": await self.stall()
                return

    async def stall(self):
        waits = [asyncio.ensure_future(self.broken.wait()), asyncio.ensure_future(self.srv.go_on.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for w in waits: w.cancel()

    async def handshake(self):
        typ, _, body = await self.read_packet()
        if typ != CONNECT: raise ConnectionError("no CONNECT")
        rd = Reader(body)
        desired = rd.u16(); rd.raw(14); n = rd.u16(); off = rd.u16()
        proto = min(desired, self.p.protocol)
        if proto < 319 and self.p.eor:                   # an older client: no end-of-response, no fast authentication
            self.p = dataclasses.replace(self.p, eor=False, fast_auth=self.p.fast_auth and desired >= 319)
        if off - 8 + n > len(body):                  # long connect string travels in a DATA packet
            _, _, more = await self.read_packet()
            cs = more[2:2 + n]
        else:
            cs = body[off - 8:off - 8 + n]
        cs = cs.decode(errors="replace")
        self.srv.record(self.sid, "", "connect", "", cs)
        await self.fault("connect", "before", cs)
        import re
        m = re.search(r"\(SERVICE_NAME=([^)]*)\)", cs, re.I)
        if not m or m[1].upper() not in self.srv.services:
            msg = b"(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=12514)(ERROR_STACK=(ERROR=(CODE=12514)(EMFI=4))))"
            self.send_packet(REFUSE, b"\x22\x00" + struct.pack(">H", len(msg)) + msg)
            await self.w.drain()
            raise ConnectionError("refused")
        flags2 = (0x10000000 if self.p.fast_auth else 0) | (0x02000000 if self.p.eor else 0)
        b = struct.pack(">HHHHHHH", proto, 0x0001, self.sdu, self.sdu, 1, 0, 45) + bytes((0x04, 0x04)) + bytes(8)
        b += struct.pack(">II", self.sdu, self.sdu) + bytes(1) + struct.pack(">I", flags2)
        self.send_packet(ACCEPT, b)
        self.big = True

    async def message(self, parse):
        """collect DATA packets until `parse(Reader)` is satisfied; None = connection gone / EOF; 'marker' on break"""
        while True:
            if self.buf:
                rd = Reader(self.buf)
                try:
                    v = parse(rd)
                    del self.buf[:rd.p]
                    return v
                except NeedMore:
                    pass
            pk = await self.q.get()
            if pk is None: return None
            typ, fl, body = pk
            if typ == MARKER:
                self.buf.clear()
                return "marker", body[2]
            if typ == DATA:
                if struct.unpack(">H", body[:2])[0] & 0x40:
                    return None
                self.buf += body[2:]

    # ---------------- TTC set-up ----------------
    def w_protocol(self, w):
        caps = bytearray(55); caps[7] = self.fv
        caps[0], caps[15], caps[23], caps[27] = 6, 0x29, 0xCF, 1
        rcaps = bytearray(13); rcaps[0], rcaps[6] = 2, 0x04
        w.u8(1, 6, 0).raw(b"x86_64/Linux 2.4.xx\0").u16le(873).u8(1).u16le(0)
        fdo = bytearray(12); fdo[9:11] = struct.pack(">H", 2000)
        w.u16(len(fdo)).raw(bytes(fdo)).bytes_(bytes(caps)).bytes_(bytes(rcaps))

    @staticmethod
    def r_protocol(rd):
        rd.u8(); rd.u8()
        while rd.u8(): pass

    def r_datatypes(self, rd):
        rd.raw(5); cc = rd.bytes_() or b""
        if len(cc) > 7: self.fv = min(self.fv, cc[7])
        rc = rd.bytes_() or b""
        if len(rc) > 1 and rc[1]: rd.raw(11)              # client time zone (node-oracledb sends it)
        while rd.u16():
            rd.raw(6)

    def r_auth(self, rd, fv):
        rd.u8(); rd.u8(); func = rd_func(rd, fv)
        has_user = rd.u8(); rd.ub(); mode = rd.ub(); rd.u8(); n = rd.ub(); rd.u8(); rd.u8()
        user = rd.bytes_() if has_user else b""
        kv = {}
        for _ in range(n):
            k = rd.bytes2() or b""; v = rd.bytes2() or b""; rd.ub()
            kv[k.decode().rstrip("\0")] = v.decode()
        return user.decode(), mode, kv

    def parse_any(self, rd: Reader):
        t = rd.u8()
        if t == 1:
            self.r_protocol(rd); return ("protocol",)
        if t == 2:
            self.r_datatypes(rd); return ("datatypes",)
        if t == 34:
            rd.raw(3); assert rd.u8() == 1; self.r_protocol(rd)
            rd.raw(5); fv = rd.u8(); assert rd.u8() == 2; self.r_datatypes(rd)
            return ("fastauth",) + self.r_call(rd, fv)
        rd.p -= 1
        return self.r_call(rd, self.fv)

    def r_call(self, rd, fv):
        pig = []
        while True:
            t = rd.u8()
            func, _seq = rd.u8(), rd.u8()
            token = rd.ub() if fv >= 18 else 0
            if t == 17:
                pig.append((func, self.r_piggyback(rd, func)))
                continue
            if t in (3, 26): break
            raise RuntimeError(f"message type {t}")
        if func in (118, 115):
            has = rd.u8(); rd.ub(); mode = rd.ub(); rd.u8(); n = rd.ub(); rd.u8(); rd.u8()
            user = (rd.bytes_() or b"").decode() if has else ""
            kv = {}
            for _ in range(n):
                k = rd.bytes2() or b""; v = rd.bytes2() or b""; rd.ub()
                kv[k.decode().rstrip("\0")] = v.decode()
            return ("auth", pig, func, user, mode, kv)
        if func == 94: return ("execute", pig, self.r_execute(rd))
        if func in (4, 78): return ("reexecute", pig, func, self.r_reexecute(rd, func))
        if func == 5: return ("fetch", pig, rd.ub(), rd.ub())
        if func == 96: return ("lob", pig, self.r_lob(rd))
        if func == 163:
            rd.u8(); rd.u8(); rd.ub(); return ("release", pig)
        name = {14: "commit", 15: "rollback", 147: "ping", 9: "logoff"}.get(func)
        if not name: raise RuntimeError(f"TTC function {func} not implemented")
        return (name, pig)

    def r_piggyback(self, rd, func):
        if func == 105:                                   # close cursors
            rd.u8(); return [rd.ub() for _ in range(rd.ub())]
        if func == 152:                                   # set schema
            rd.u8(); return (rd.bytes2() or b"").decode()
        if func == 176: return rd.ub()                    # session state
        if func == 96:                                    # free temp lobs
            rd.u8(); total = rd.ub(); rd.u8(); rd.ub(); rd.ub(); rd.ub(); rd.u8(); rd.u8(); rd.u8()
            rd.ub(); rd.u8(); rd.ub(); rd.ub(); rd.ub(); rd.u8()
            for _ in range(3): rd.u8(); rd.ub()
            return rd.raw(total)
        if func == 135:                                   # end-to-end attributes
            rd.u8(); rd.u8(); rd.ub()
            have = []
            def item(): p = rd.u8(); n = rd.ub(); have.append(n if p else None)
            item(); item(); item()
            rd.u8(); rd.ub(); rd.u8(); rd.ub()
            item()
            rd.u8(); rd.ub(); rd.u8(); rd.ub()
            item()
            return [self.r_attribute(rd, n) for n in have]
        if func == 154:                                   # app context / HA readiness
            rd.u8(); rd.ub(); rd.u8(); n = rd.ub(); rd.ub(); rd.u8(); ns = rd.bytes_()
            return ns, [(rd.bytes2(), rd.bytes2(), rd.ub()) for _ in range(n)]
        raise RuntimeError(f"piggyback {func} not implemented")

    @staticmethod
    def r_attribute(rd, n):
        if n is None: return None
        if n: return (rd.bytes_() or b"").decode()
        if rd.u8() != 0: rd.p -= 1            # '' has a length byte, None has not
        return ""

    def r_columns(self, rd, n):
        out = []
        for _ in range(n):
            t, fl = rd.u8(), rd.u8(); rd.u8(); rd.u8()
            size, maxel, _cont = rd.ub(), rd.ub(), rd.ub()
            rd.bytes2(); rd.ub(); rd.ub(); cs = rd.u8(); pre = rd.ub()
            if self.fv >= 8: rd.ub()
            out.append(Bind(t, size, cs, bool(fl & 0x40), maxel, pre))
        return out

    def r_value(self, rd, b: Bind):
        t = b.type
        if t in (CLOB, BLOB):
            loc = rd.bytes2()
            if loc is None: return None
            return self.lobs[loc][1]
        if t == CURSOR:
            rd.u8(); 
            if rd.u8(): return ("cursor", rd.ub())
            return None
        if t == BOOLEAN:
            n = rd.u8()
            if n == 253: rd.u8(); return None
            return rd.raw(n)[0] == 1 if n else None
        v = rd.bytes_()
        if v is None: return None
        if t in (VARCHAR, CHAR, LONG): return v.decode("utf-16-be" if b.csfrm == 2 else "utf-8")
        if t in (NUMBER, BININT): return dec_number(v)
        if t in (DATE, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_LTZ): return dec_date(v)
        if t in (BDOUBLE, BFLOAT): return dec_double(v)
        return v

    def r_rows(self, rd, binds, skip, nrows, plsql):
        rows = []
        live = [i for i in range(len(binds)) if i not in skip]
        if not live: return [[None] * len(binds)] * max(nrows, 1)
        order = live if plsql else [i for i in live if binds[i].size <= 32767] + [i for i in live if binds[i].size > 32767]
        for _ in range(nrows):
            if rd.u8() != 7: raise RuntimeError("row data expected")
            row = [None] * len(binds)
            for i in order:
                row[i] = [self.r_value(rd, binds[i]) for _ in range(rd.ub())] if binds[i].array else self.r_value(rd, binds[i])
            rows.append(row)
        return rows

    def r_execute(self, rd):
        opts, cid = rd.ub(), rd.ub()
        has_sql = rd.u8(); rd.ub(); rd.u8(); rd.ub(); rd.u8(); rd.u8(); rd.ub()
        iters = rd.ub(); rd.ub(); rd.u8(); nparam = rd.ub(); rd.raw(5)
        rd.u8(); ndef = rd.ub(); rd.ub(); rd.raw(3); rd.ub(); rd.u8(); rd.ub(); rd.ub()
        rd.u8(); rd.ub(); rd.u8()
        if self.fv >= 8:
            rd.u8(); rd.ub(); rd.u8(); rd.ub(); rd.u8()
            if self.fv >= 9: rd.u8(); rd.ub()
        sql = rd.bytes_().decode() if has_sql else None
        al = [rd.ub() for _ in range(13)]
        cur = self.cursors.get(cid)
        st = self.srv.statement(sql) if sql is not None else cur["st"]
        binds, rows, defs = None, None, None
        if ndef: defs = self.r_columns(rd, ndef)
        elif nparam:
            binds = self.r_columns(rd, nparam)
            rows = self.r_rows(rd, binds, st.return_binds, 1 if st.kind == "query" else al[1], st.kind == "plsql")
        return dict(opts=opts, cid=cid, sql=sql, st=st, iters=iters, binds=binds, rows=rows, defs=defs,
                    execs=al[1], rowcounts=bool(al[9] & 0x4000))

    def r_reexecute(self, rd, func):
        cid, iters, o1, o2 = rd.ub(), rd.ub(), rd.ub(), rd.ub()
        cur = self.cursors[cid]
        st, binds = cur["st"], cur["binds"]
        rows = None
        if binds:
            skip = set(st.return_binds) | {i for i, d in enumerate(cur.get("dirs") or []) if d == 16}
            n = 1 if func == 78 else iters
            rows = self.r_rows(rd, binds, skip, n, st.kind == "plsql")
        return dict(opts=0x20 | (0x40 if func == 78 else 0) | (0x100 if o2 & 1 else 0), cid=cid, sql=None, st=st,
                    iters=iters, binds=binds, rows=rows, defs=None, execs=1 if func == 78 else iters, rowcounts=False)

    def r_lob(self, rd):
        rd.u8(); n = rd.ub(); rd.u8(); dlen = rd.ub(); rd.ub(); rd.ub(); rd.raw(3)
        op = rd.ub(); rd.u8(); rd.u8(); so, do = rd.ub(), rd.ub(); amt = rd.u8(); rd.raw(6)
        loc = rd.raw(n)
        if op == 0x0110: rd.ub()
        data = None
        if op == 0x40:
            rd.u8(); data = rd.bytes_() or b""
        amount = rd.ub() if amt else 0
        return op, loc, so, do, data, amount, bool(amt)

    # ---------------- responses ----------------
    def w_error(self, w, e: OraError | None = None, cid=0, rowcount=0, batch=(), warn=False):
        num = e.code if e else 0
        status = 2 if self.be and self.be.in_txn else 0
        w.u8(4).ub(status, 0, rowcount, num & 0xFFFF, 0, 0, cid, e.pos if e else 0)
        w.u8(0, 0, 0, 0, 0, 0x20 if warn else 0)
        w.ub(1 if rowcount else 0, 1 if rowcount else 0).u8(0).ub(rowcount, 0)   # rowid
        w.ub(0).u8(0, 0).ub(0, 0, 0)
        w.ub(len(batch))
        if batch:
            w.u8(0)
            for _, be in batch: w.ub(be.code)
        w.ub(len(batch))
        if batch:
            w.u8(0)
            for off, _ in batch: w.ub(off)
        w.ub(len(batch))
        if batch:
            w.u8(0)
            for _, be in batch:
                t = be.text.encode()
                w.ub(len(t)).bytes_(t).u8(0, 0)
        w.ub(num, rowcount)
        if self.fv >= 14: w.ub(0, 0)
        if num: w.bytes_((e.text + "\n").encode())

    def w_describe(self, w, cols):
        w.u8(16).u8(0).ub(0, len(cols))
        if cols: w.u8(0)
        for i, c in enumerate(cols):
            w.u8(c.type, 0, c.precision, c.scale).ub(c.size, 0, 0, 0, 0, 873 if c.cs == 1 else 2000 if c.cs else 0)
            w.u8(c.cs).ub(c.size)
            if self.fv >= 8: w.ub(0)
            w.u8(1 if c.nullable else 0, len(c.name) & 0xFF).str2(c.name).ub(0, 0, i + 1, 0)
            if self.fv >= 17: w.ub(0, 0)
            if self.fv >= 20: w.ub(0)
            if self.fv >= 24: w.ub(0).u8(0, 0)
        w.ub(0, 0, 0, 0, 0, 0)

    def new_lob(self, value, is_clob, temp=False):
        loc = bytearray(40)
        loc[0:2] = b"\x00\x26"; loc[4] = 0 if is_clob else 1; loc[5] = 0x08
        loc[6] = 0x80 if is_clob else 0
        loc[7] = 1 if temp else 0
        loc[10:18] = secrets.token_bytes(8)
        self.lobs[bytes(loc)] = [is_clob, value]
        return bytes(loc)

    def w_value(self, w, v, t, csfrm=1):
        if t in (CLOB, BLOB):
            if v is None: w.ub(0); return
            if isinstance(v, str) and t == BLOB: v = v.encode()
            loc = self.new_lob(v, t == CLOB, temp=True)
            n = len(v.encode("utf-16-be")) // 2 if t == CLOB else len(v)
            w.ub(len(loc), n, 8132).bytes_(loc)
            return
        w.bytes_(None if v is None else self.image(v, t, csfrm))

    def image(self, v, t, csfrm):
        if t in (VARCHAR, CHAR, LONG):
            if isinstance(v, Decimal): v = format(v, "f")
            if isinstance(v, bool): v = "1" if v else "0"
            return str(v).encode("utf-16-be" if csfrm == 2 else "utf-8")
        if t in (NUMBER, BININT): return enc_number(Decimal(v) if isinstance(v, str) else v)
        if t == DATE: return enc_date(v, 7)
        if t in (TIMESTAMP, TIMESTAMP_LTZ): return enc_date(v, 11)
        if t == TIMESTAMP_TZ: return enc_date(v, 13)
        if t == BDOUBLE: return enc_double(float(v))
        if t == BOOLEAN: return b"\x01\x01" if v else b"\x00"
        if isinstance(v, str): return v.encode()
        return bytes(v)

    def w_rows(self, w, cur, n):
        defs = cur.get("defs")
        rows = cur["rows"][cur["at"]:cur["at"] + n]
        if rows:
            w.u8(6).u8(0).ub(len(rows), 0, 0, 0, 0, 0)
        for row in rows:
            w.u8(7)
            for i, (v, c) in enumerate(zip(row, cur["cols"])):
                # python-oracledb decodes by the *described* type; only LOBs change form through a define
                t = defs[i].type if defs and c.type in (CLOB, BLOB) else c.type
                cs = defs[i].csfrm if defs and c.type in (CLOB, BLOB) else c.cs
                self.w_value(w, v, t, cs)
                if t in (LONG, LONG_RAW): w.ub(0, 0)
        cur["at"] += len(rows)
        return cur["at"] >= len(cur["rows"]) and len(rows) < n

    # ---------------- main loop ----------------
    async def bg(self, fn, *a):
        return await asyncio.get_running_loop().run_in_executor(self.pool, fn, *a)

    async def serve(self):
        while True:
            m = await self.message(self.parse_any)
            if m is None: return
            if m[0] == "marker":
                # the client interrupts (call timeout, Connection.cancel) or resets
                if m[1] == 2: continue
                await self.reset_handshake(OraError(1013, "user requested cancel of current operation"))
                continue
            self.broken.clear()
            kind = m[0]
            if kind == "protocol":
                w = Writer(); self.w_protocol(w); await self.send(w); continue
            if kind == "datatypes":
                w = Writer(); w.u8(2).u16(0)
                await self.send(w)
                continue
            w = Writer()
            if kind == "fastauth":
                self.w_protocol(w); w.u8(2).u16(0)
                self.eor = self.p.eor
                m = m[1:]; kind = m[0]
            if kind == "auth" and self.p.eor: self.eor = True
            for func, arg in m[1]:
                if func == 105:
                    for c in arg: self.cursors.pop(c, None)
                if func == 135: self.srv.record(self.sid, self.user, "end_to_end", "", repr(arg))
                if func == 152 and self.be: await self.bg(self.be.set_schema, arg)
            sql = ""
            if kind in ("execute", "reexecute"):
                sql = m[-1]["st"].sql
            elif kind == "fetch" and m[2] in self.cursors:
                sql = self.cursors[m[2]]["st"].sql
            fkind = "execute" if kind == "reexecute" else kind
            self.srv.record(self.sid, self.user, fkind, sql)
            try:
                await self.fault(fkind, "before", sql)
                end = await self.dispatch(kind, m, w)
                await self.fault(fkind, "after", sql)
            except OraError as e:
                self.srv.record(self.sid, self.user, "error", sql, e.text)
                w = Writer()
                if kind == "auth" and self.p.fast_auth and len(self.cursors) == 0 and m[2] == 118:
                    self.w_protocol(w); w.u8(2).u16(0)
                self.w_error(w, e, cid=0)
                end = kind == "auth"
            if self.broken.is_set() and kind not in ("logoff",):
                # consume the break marker that interrupted us, then the reset exchange
                pk = await self.q.get()
                if pk is None: return
                await self.reset_handshake(OraError(1013, "user requested cancel of current operation"))
                continue
            if kind != "release": await self.send(w)
            if end: return

    async def reset_handshake(self, e):
        self.broken.clear()
        self.send_packet(MARKER, bytes((1, 0, 1)))
        self.send_packet(MARKER, bytes((1, 0, 2)))
        await self.w.drain()
        while True:
            pk = await self.q.get()
            if pk is None: raise ConnectionError
            if pk[0] == MARKER and pk[2][2] == 2: break
        self.buf.clear()
        w = Writer(); self.w_error(w, e); await self.send(w)

    async def dispatch(self, kind, m, w):
        if kind == "auth":
            return await self.auth(m, w)
        if kind == "ping":
            self.w_error(w); return
        if kind in ("commit", "rollback"):
            await self.bg(getattr(self.be, kind)); self.w_error(w); return
        if kind == "logoff":
            await self.bg(self.be.rollback); self.w_error(w); return
        if kind == "fetch":
            cur = self.cursors.get(m[2])
            if not cur or cur.get("rows") is None: raise OraError(1001, "invalid cursor")
            done = self.w_rows(w, cur, m[3])
            self.w_error(w, OraError(1403, "no data found") if done else None, m[2], cur["at"])
            return
        if kind == "lob":
            return self.lob(m[2], w)
        if kind in ("execute", "reexecute"):
            return await self.execute(m[-1], w)
        if kind == "release": return
        raise OraError(3115, "unsupported network datatype or representation")

    async def auth(self, m, w):
        _, _, func, user, mode, kv = m
        if func == 118:
            await self.fault("auth", "before")
            self.user = user.upper()
            pw = self.srv.users.get(self.user, (None, ""))[0]
            self.password = (pw if pw is not None else secrets.token_hex(8)).encode()
            vfr = secrets.token_bytes(16)
            self.csk = secrets.token_bytes(16)
            key = hashlib.pbkdf2_hmac("sha512", self.password, vfr + b"AUTH_PBKDF2_SPEEDY_KEY", self.srv.vgen, 64)
            self.pwhash = hashlib.sha512(key + vfr).digest()[:32]
            self.part_a = secrets.token_bytes(32)
            out = [("AUTH_SESSKEY", _cbc(self.pwhash, self.part_a, True).hex().upper(), 0),
                   ("AUTH_VFR_DATA", vfr.hex().upper(), 0x4815),
                   ("AUTH_PBKDF2_CSK_SALT", self.csk.hex().upper(), 0),
                   ("AUTH_PBKDF2_VGEN_COUNT", str(self.srv.vgen), 0),
                   ("AUTH_PBKDF2_SDER_COUNT", "3", 0)]
        else:
            part_b = _cbc(self.pwhash, bytes.fromhex(kv["AUTH_SESSKEY"]), False)
            tmp = (part_b[:32] + self.part_a[:32]).hex().upper().encode()
            key = hashlib.pbkdf2_hmac("sha512", tmp, self.csk, 3, 32)
            pw = _cbc(key, bytes.fromhex(kv["AUTH_PASSWORD"]), False)[16:]
            pw = pw[:-pw[-1]] if 0 < pw[-1] <= 16 else pw
            if pw != self.password or self.user not in self.srv.users:
                raise OraError(1017, "invalid username/password; logon denied")
            state = self.srv.users[self.user][1]
            if state == "expired": raise OraError(28001, "the password has expired")
            if state == "locked": raise OraError(28000, "The account is locked.")
            self.be = await self.bg(self.srv.backend, self)
            out = [("AUTH_VERSION_STRING", "- Production", 0), ("AUTH_VERSION_NO", str(self.p.version_no), 0),
                   ("AUTH_SESSION_ID", str(self.sid), 0), ("AUTH_SERIAL_NUM", str(self.sid % 60000 + 1), 0),
                   ("AUTH_SC_DBUNIQUE_NAME", "DOUBLE", 0), ("AUTH_SC_REAL_DBUNIQUE_NAME", "double", 0),
                   ("AUTH_SC_SERVICE_NAME", self.srv.services[0].lower(), 0), ("AUTH_INSTANCENAME", "DOUBLE", 0),
                   ("AUTH_MAX_OPEN_CURSORS", "300", 0), ("AUTH_MAX_IDEN_LENGTH", "128", 0),
                   ("AUTH_SVR_RESPONSE", _cbc(key, secrets.token_bytes(16) + b"SERVER_TO_CLIENT", True, True).hex().upper(), 0)]
        w.u8(8).ub(len(out))
        for k, v, fl in out: w.str2(k).str2(v).ub(fl)
        self.w_error(w)

    def lob(self, req, w):
        op, loc, so, do, data, amount, has_amount = req
        if op == 0x0110:
            loc = self.new_lob("" if do == CLOB else b"", do == CLOB, temp=True)
            w.u8(8).raw(loc).ub(873).u8(0)
        else:
            ent = self.lobs.get(loc)
            if ent is None: raise OraError(22922, "nonexistent LOB value")
            clob, v = ent
            if clob: v = v.encode("utf-16-be")
            k = 2 if clob else 1
            bflag = None
            if op == 2:
                part = v[(so - 1) * k:(so - 1 + amount) * k]
                if part: w.u8(14).bytes_(part)
                amount = len(part) // k
            elif op == 0x40:
                i = (so - 1) * k
                v = v[:i].ljust(i, b"\0") + data + v[i + len(data):]
                ent[1] = v.decode("utf-16-be") if clob else v
            elif op == 0x20:
                ent[1] = v[:amount * k].decode("utf-16-be") if clob else v[:amount]
            elif op == 1: amount = len(v) // k
            elif op == 0x4000: amount = 8132
            elif op == 0x11000: bflag = 0
            w.u8(8).raw(loc)
            if has_amount: w.ub(amount)
            if bflag is not None: w.u8(bflag)
        self.w_error(w)

    async def execute(self, q, w):
        st, opts = q["st"], q["opts"]
        cid = q["cid"]
        if q["sql"] is not None:
            if not cid:
                cid = self.next_cursor; self.next_cursor += 1
            self.cursors[cid] = dict(st=st, binds=q["binds"])
        cur = self.cursors.get(cid)
        if cur is None: raise OraError(1001, "invalid cursor")
        if q["binds"] is not None: cur["binds"] = q["binds"]
        if q["defs"]:
            cur["defs"] = q["defs"]
            self.w_error(w, None, cid); return
        if not opts & 0x20:                                     # parse / describe only
            res = await self.bg(self.be.describe, st)
            if res.cols is not None: self.w_describe(w, res.cols)
            self.w_error(w, None, cid); return
        if self.srv.gate and not getattr(st, "gated", False):
            for m_ in self.srv.gate(st.sql, self.p.version[0]):
                if m_.startswith(("ORA-", "PLS-")):
                    raise OraError(int(m_[4:9]) if m_.startswith("ORA-") else 6550, m_.split(" ", 1)[1] + " [double: lint gate]")
            st.gated = True
        res: Result = await self.bg(self.be.execute, st, cur["binds"] or [], q["rows"], q["execs"],
                                    bool(opts & 0x80000))
        if opts & 0x100: await self.bg(self.be.commit)
        err = None
        if res.cols is not None:
            first = "cols" not in cur
            cur.update(rows=res.rows, at=0)
            if first or q["sql"] is not None:
                cur["cols"] = res.cols
                self.w_describe(w, res.cols)
            lob = any(c.type in (CLOB, BLOB) for c in res.cols)
            if opts & 0x40 and q["iters"] and not (lob and not cur.get("defs")):
                if self.w_rows(w, cur, q["iters"]): err = OraError(1403, "no data found")
            self.w_error(w, err, cid, cur["at"]); return
        if st.kind == "plsql":
            dirs = res.dirs or [32] * len(cur["binds"] or [])
            cur["dirs"] = dirs
            w.u8(11).u8(0).ub(len(dirs) % 256, len(dirs) // 256, 0, 0, 0, 0).u8(*dirs)
            outs = dict(res.outs or [])
            live = [i for i, d in enumerate(dirs) if d != 32]
            if live:
                w.u8(7)
                for i in live:
                    b = cur["binds"][i]
                    v = outs.get(i)
                    self.w_value(w, v, b.type, b.csfrm)
                    w.ub(0)
        if res.returning is not None:
            for per_exec in res.returning:
                w.u8(7)
                for bi, vals in zip(st.return_binds, per_exec):
                    b = cur["binds"][bi]
                    w.ub(len(vals))
                    for v in vals:
                        self.w_value(w, v, b.type, b.csfrm); w.ub(0)
        if q["rowcounts"]:
            w.u8(8).ub(0, 0, 0, 0).ub(len(res.rowcounts or []), *(res.rowcounts or []))
        if res.batch: err = OraError(24381, "error(s) in array DML")
        self.w_error(w, err, cid, res.rowcount, res.batch, res.warning)


def rd_func(rd, fv): return None


PROFILES = {"19": P19, "23": P23}


class Listener:
    def __init__(self, conninfo, profile, services, verbose=False):
        from .pg import PgBackend
        from .stmt import statement
        self.conninfo = conninfo
        self.backend, self.statement = (lambda s: PgBackend(s, conninfo)), statement
        self.users = {}
        self.services = [s.upper() for s in services]
        self.profile, self.vgen = profile, 4096
        try:
            from gate import check
        except ImportError:
            from .own_gate import check
        self.gate = check
        self.faults = []
        self.trace = deque(maxlen=20000)
        self.verbose = verbose
        self.sessions = set()
        self.go_on = asyncio.Event()

    def log(self, *a):
        if self.verbose: print(*a, flush=True, file=sys.stderr)

    def record(self, session, user, call, sql="", detail=""):
        self.trace.append(dict(session=session, user=user or "", call=call, sql=sql, detail=detail))
        self.log(call, sql, detail)

    def clear_faults(self):
        self.faults.clear(); self.go_on.set(); self.go_on = asyncio.Event()

    def calls(self): return list(self.trace)
    def clear_trace(self): self.trace.clear()

    async def add_user(self, name, password, state="open"):
        self.users[name.upper()] = (password, state)

    async def drop_user(self, name):
        import psycopg
        from .pg import pgname
        self.users.pop(name.upper(), None)
        for s in list(self.sessions):
            if s.user == name.upper(): s.w.transport.abort()
        await asyncio.sleep(0.05)
        def go():
            with psycopg.connect(self.conninfo, autocommit=True) as c: c.execute(f'DROP SCHEMA IF EXISTS "{pgname(name.upper())}" CASCADE')
        await asyncio.get_running_loop().run_in_executor(None, go)

    async def _client(self, r, w):
        s = Session(self, r, w)
        self.sessions.add(s)
        try: await s.run()
        finally: self.sessions.discard(s)

    async def listen(self, host="127.0.0.1", port=0):
        self.server = await asyncio.start_server(self._client, host, port)
        return self.server.sockets[0].getsockname()[1]

    def kill_sessions(self):
        for s in list(self.sessions): s.w.transport.abort()

    async def close(self):
        self.server.close(); self.kill_sessions(); await asyncio.sleep(0.05)
