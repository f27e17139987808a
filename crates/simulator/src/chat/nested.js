"use strict";

// The chat's origin, but not the window that the page above framed.
for (const type of ["ready", "error", "jetapi-error"]) {
  top.postMessage({ type, nested: true }, "*");
}
