"""One module per paper. Folders of this name elsewhere on the path belong to it: others' papers stand there."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
