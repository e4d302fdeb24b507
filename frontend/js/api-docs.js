// The documentation page of the JSON interface: the description, readable and tried out in the page.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

const place = document.getElementById("api-docs");
if (place) {
  SwaggerUI({
    domNode: place,
    url: place.dataset.url,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    supportedSubmitMethods: ["get"],
    validatorUrl: null, // the library's own would be asked about every description
    syntaxHighlight: { activated: false },
  });
}
