"""What the operating system refuses, in words: its own are English, or the machine's language, never the reader's."""

import errno
from collections.abc import Mapping
from typing import Final

from workflows.labels import Language, in_language

_WORDS: Final[Mapping[int, tuple[str, str]]] = {
    errno.EACCES: ("l'accès n'est pas permis", "permission denied"),
    errno.EADDRINUSE: ("cette adresse est déjà prise", "this address is in use already"),
    errno.EADDRNOTAVAIL: (
        "cette adresse n'est pas celle de cette machine",
        "this address is not this machine's",
    ),
    errno.EDQUOT: ("l'espace accordé est épuisé", "the space allowed is used up"),
    errno.EEXIST: ("le fichier existe déjà", "the file exists already"),
    errno.EIO: ("le disque ne répond pas", "the disk fails"),
    errno.EISDIR: ("c'est un dossier", "it is a folder"),
    errno.ELOOP: ("des liens y tournent en rond", "links go round in circles there"),
    errno.EMFILE: ("trop de fichiers sont ouverts", "too many files are open"),
    errno.ENAMETOOLONG: ("le nom est trop long", "the name is too long"),
    errno.ENOENT: ("il n'y a pas de tel fichier ou dossier", "there is no such file or folder"),
    errno.ENOSPC: ("le disque est plein", "the disk is full"),
    errno.ENOTDIR: ("le chemin passe par un fichier", "the path leads through a file"),
    errno.EPERM: ("ce n'est pas permis", "it is not permitted"),
    errno.EPIPE: ("plus personne ne lit", "nobody reads any more"),
    errno.EROFS: ("le disque est en lecture seule", "the disk is read-only"),
}


def system_words(error: OSError, language: Language) -> str:
    """Say why the system refused, without a full stop; what is rare by its code (ENOLCK), the same everywhere."""
    number = error.errno or 0
    if number in _WORDS:
        return in_language(_WORDS[number], language)
    return errno.errorcode.get(number, type(error).__name__)
