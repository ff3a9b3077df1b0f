// The description of the API, drawn by Swagger UI from this program's own files.
"use strict";
document.addEventListener("DOMContentLoaded", function () {
  window.SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#api", deepLinking: true, docExpansion: "list", defaultModelsExpandDepth: 0, validatorUrl: null });
});
