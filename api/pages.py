"""Pages."""
from litestar.handlers import BaseRouteHandler
PAGES: tuple[BaseRouteHandler, ...] = ()
