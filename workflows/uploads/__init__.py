"""What people send us, judged by its content and never by its name.

`accept_letter` takes a PDF or one to ten photos and gives one PDF; whatever it will not take it refuses with a code
whose sentence is `unggahan.<code>` in templates/messages/.
"""

from workflows.uploads.letter import AcceptedLetter, accept_letter, check_pages, check_size, file_name
from workflows.uploads.refusal import Refusal, UploadRefused

__all__ = ["AcceptedLetter", "Refusal", "UploadRefused", "accept_letter", "check_pages", "check_size", "file_name"]
