//! Asking for the chat's link.

use jetapi::chat::{Family, open_link};
use jetapi::error::ApiError;

use super::http;

/// Asks the API for a link that needs no password.
pub(crate) async fn fetch_link(base: String, family: Family) -> Result<String, ApiError> {
    let call = open_link(family);
    let url = [base.trim_end_matches('/'), &call.path].concat();
    let answer = http::fetch(call.method, &url, None, None).await?;
    call.decode(&answer.as_response()).map(|reply| reply.link)
}
