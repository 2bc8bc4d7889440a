"""Ports that programs of the house are given."""

import socket

from kit.processes import QUIET_PORTS, free_port


def test_a_port_without_a_wish_is_none_that_the_system_lends_away() -> None:
    assert {free_port() in QUIET_PORTS for _ in range(20)} == {True}


def test_a_wished_port_that_is_taken_gives_way_to_the_next() -> None:
    wished = free_port()
    assert free_port(wished) == wished
    with socket.create_server(("127.0.0.1", wished)):
        assert wished < free_port(wished) < wished + 100
