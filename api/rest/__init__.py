"""The JSON door: thin handlers over the office, and their description (OpenAPI)."""

from api.rest import openapi
from api.rest.routes import DESCRIBED

ROUTES = (*DESCRIBED, *openapi.ROUTES)
