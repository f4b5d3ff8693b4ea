"""Visitors who all want one page within a second: ARGV address, name, path, how many, seconds.

Prints the status that each got, or `waits`, or `broken`.
"""

import asyncio
import ssl
import sys

address, name, path, count, seconds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])
trust = ssl.create_default_context()
trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE


async def visit(number: int) -> str:
    await asyncio.sleep(number / count)  # for those who come in one instant PHP-FPM starts fewer workers than it may
    try:
        reader, writer = await asyncio.open_connection(address, 443, ssl=trust, server_hostname=name)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        return (await asyncio.wait_for(reader.readline(), seconds)).split()[1].decode()
    except TimeoutError:
        return "waits"
    except (OSError, IndexError):
        return "broken"


async def every_visit() -> None:
    print(*await asyncio.gather(*(visit(number) for number in range(count))), sep="\n")


asyncio.run(every_visit())
