"""The JSON door: thin handlers over the office, and their description (OpenAPI).

Access is decided by `policy.ROUTES` before they run.
"""

from api.rest import openapi
from api.rest.routes import DESCRIBED

ROUTES = (*DESCRIBED, *openapi.ROUTES)
