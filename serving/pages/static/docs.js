// Swagger UI draws the description that the page names; it would send addresses to a validator elsewhere.
const place = document.getElementById("docs");
SwaggerUIBundle({ domNode: place, url: place.dataset.description, deepLinking: true, validatorUrl: null });
