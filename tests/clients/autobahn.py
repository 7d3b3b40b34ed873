"""kosoku, where it takes a text message that a server did not compress: autobahn.py ARGUMENT...

Its cases of sections 12 and 13 count on bytes, which is what they get of a compressed message; of another one they get
a string with a character for each byte, as in Python 2, and end in an error whatever the server did.
"""

import sys

from kosoku import _caseindex
from kosoku._cli import main

_caseindex.initialize_shims()

import case12_x_x  # noqa: E402  the line above says where it is


def with_bytes(on_message):
    def call(self, message, binary):
        return on_message(self, message.encode("latin-1") if isinstance(message, str) else message, binary)

    return call


for case in case12_x_x.Case12_X_X + case12_x_x.Case13_X_X:
    case.onMessage = with_bytes(case.onMessage)

sys.exit(main())
