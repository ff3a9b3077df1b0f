"""归档包: the package of an archived file, made, checked and read in again."""

from api.office.packages.contents import MEDIA_TYPE, Packed, package

__all__ = ["MEDIA_TYPE", "Packed", "package"]
