"""Offers one service on the session bus and prints each call of it; run by test_hold_off."""

import sys

from jeepney import (  # type: ignore[import-untyped]  # it has no types
    DBusAddress,
    HeaderFields,
    MessageType,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]  # as above

COOKIE = 7
connection = open_dbus_connection(bus="SESSION")
bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", (sys.argv[1], 0)))
print("ready", flush=True)
while True:
    call = connection.receive()
    if call.header.message_type is not MessageType.method_call:
        continue
    asked = call.header.fields[HeaderFields.member]
    answer = new_method_return(call, "u", (COOKIE,))
    connection.send(answer if asked == "Inhibit" else new_method_return(call))
    print(asked, flush=True)
