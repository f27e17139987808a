//! The files of the page, with the headers that they need.

use std::path::Path;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::{HeaderValue, header};
use tower_http::services::ServeDir;

/// Serves the files below `directory`, compressed ones in their place where there are any.
pub(crate) fn router(directory: &Path, content_security_policy: HeaderValue) -> Router {
    let files = ServeDir::new(directory).precompressed_br().precompressed_gzip();
    Router::new().fallback_service(files).layer(from_fn_with_state(content_security_policy, headers))
}

async fn headers(State(policy): State<HeaderValue>, request: Request, next: Next) -> Response {
    let is_hashed = has_content_hash(request.uri().path());
    let mut response = next.run(request).await;
    let lasting = is_hashed && response.status().is_success();
    let cache = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Whether a file's name carries the hash of its content, as bundlers write it: `widget-0123456789abcdef_bg.wasm`.
fn has_content_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '.', '_']).skip(1).any(|part| {
        (16..=64).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::has_content_hash;

    #[test]
    fn only_hashed_names_last() {
        for (path, want) in [
            ("/jetapi-widget-0123456789abcdef_bg.wasm", true),
            ("/assets/style-0123456789abcdef.css", true),
            ("/app.0123456789abcdef0123.js", true),
            ("/index.html", false),
            ("/", false),
            ("/0123456789abcdef", false),
            ("/0123456789abcdef-x/app.js", false),
            ("/widget-0123456789.js", false),
        ] {
            assert_eq!(has_content_hash(path), want, "{path}");
        }
    }
}
