"""A program with every trouble that a TCP socket can have, and its other end.

It does what the lines on its standard input say, a function and its arguments each,
and prints a line when that is done. It closes nothing that it is not told to close.
"""
import socket
import sys

SIDES = {
    "inet": {"here": "10.88.0.1", "gone": "10.88.0.3", "there": "10.88.0.2", "deaf": "10.88.0.4", "mute": "10.88.0.9"},
    "inet6": {"here": "fd88::1", "gone": "fd88::3", "there": "fd88::2", "deaf": "fd88::4", "mute": "fd88::9"},
}
FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}

kept = {}
listeners = {}


def listen(family, port, backlog, at=None):
    listener = socket.socket(FAMILIES[family])
    if family == "inet6":
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((SIDES[family][at] if at else "", int(port)))
    listener.listen(int(backlog))
    listeners[family, port] = listener


def connect(family, name, source, to, port):
    one = socket.socket(FAMILIES[family])
    kept[family, name] = one
    one.bind((SIDES[family][source], 0))
    one.connect((SIDES[family][to], int(port)))


def begin(family, name, source, to, port, count):
    for i in range(int(count)):
        one = socket.socket(FAMILIES[family])
        kept[family, name + str(i)] = one
        one.bind((SIDES[family][source], 0))
        one.setblocking(False)
        one.connect_ex((SIDES[family][to], int(port)))


def accept(family, name, port):
    kept[family, name] = listeners[family, port].accept()[0]


def close(family, name):
    kept[family, name].close()


def finish(family, name):
    kept[family, name].shutdown(socket.SHUT_WR)


def end(family, name):
    """Reads the end of the stream, and closes."""
    while kept[family, name].recv(4096):
        pass
    kept[family, name].close()


def write(family, name, count):
    kept[family, name].send(b"x" * int(count))


def fill(family, name):
    kept[family, name].setblocking(False)
    try:
        while True:
            kept[family, name].send(b"x" * 65536)
    except BlockingIOError:
        pass


print("ready", flush=True)
for line in sys.stdin:
    verb, *words = line.split()
    globals()[verb](*words)
    print("done", flush=True)
