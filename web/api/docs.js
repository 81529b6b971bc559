// Shows the specification with Swagger UI; nothing is sent anywhere but to this server.
const place = document.getElementById('documentation');
SwaggerUIBundle({ url: place.dataset.spec, domNode: place, deepLinking: true, validatorUrl: null });
