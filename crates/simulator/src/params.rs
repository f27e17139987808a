use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, Query, Request},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use crate::meta;

/// A request's parameters, as the vendor's framework merges them: the query's, and over them a JSON body's.
pub(crate) struct Params(Map<String, Value>);

impl Params {
    /// Not there, or null, is none.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A number counts as its digits, and what is absent as empty.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.value(name) {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Query(query) = Query::<BTreeMap<String, String>>::try_from_uri(request.uri())
            .map_err(IntoResponse::into_response)?;
        let mut params: Map<_, _> = query.into_iter().map(|(name, text)| (name, text.into())).collect();
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        if is_json && !body.is_empty() {
            let body = serde_json::from_slice(&body).map_err(|_| meta::bad_request())?;
            if let Value::Object(fields) = body {
                params.extend(fields);
            }
        }
        Ok(Self(params))
    }
}
