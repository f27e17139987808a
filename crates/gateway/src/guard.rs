//! Who may ask.
//!
//! The gateway adds a credential to whatever it lets through, so a page of another site must not be able to ask.
//! A browser says on whose behalf it asks (`Sec-Fetch-Site`, `Origin`), and under which name it reached us
//! (`Host`). All of these are held to be right: a request passes when none speaks against it. A client that is no
//! browser sends neither `Origin` nor `Sec-Fetch-Site`; it passes, because the gateway keeps no cookie or login of
//! its own that such a client could borrow.

use std::fmt;

use http::uri::{Authority, Uri};
use http::{HeaderMap, HeaderName, header};

use crate::refusal::Refusal;
use crate::upstream::is_loopback_name;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// A web origin: `https://crm.example.com`, with a port where it is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    /// Lower case, without the scheme's own port.
    authority: String,
}

impl Origin {
    /// Reads an origin as a browser writes it.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rule = "must be an origin, http:// or https:// and a host, without path";
        let (scheme, authority) = text.split_once("://").ok_or(rule)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(rule),
        };
        if authority.contains('@') || authority.parse::<Authority>().is_err() {
            return Err(rule);
        }
        Ok(Self { secure, authority: normal_authority(authority, secure) })
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.authority)
    }
}

/// `host[:port]` in lower case, without the port that the scheme implies.
fn normal_authority(authority: &str, secure: bool) -> String {
    let implied = if secure { ":443" } else { ":80" };
    let authority = authority.to_ascii_lowercase();
    authority.strip_suffix(implied).map(str::to_owned).unwrap_or(authority)
}

/// Lets a request pass, or says why not. `allowed` is the configured list of origins.
pub(crate) fn check(uri: &Uri, headers: &HeaderMap, allowed: &[Origin]) -> Result<(), Refusal> {
    let host = host(uri, headers)?;
    let origin = match single(headers, &header::ORIGIN)? {
        Some(text) => {
            Some(Origin::parse(text).map_err(|_| Refusal::CrossSite("the Origin is not acceptable"))?)
        }
        None => None,
    };
    let is_listed = origin.as_ref().is_some_and(|origin| allowed.contains(origin));

    // A name that an attacker points at this machine would be same-origin with itself ("DNS rebinding"), so a name
    // alone proves nothing: it has to be one that is known to be ours.
    let is_known = is_loopback_name(host_without_port(host))
        || allowed.iter().any(|known| known.authority == normal_authority(host, known.secure));
    if !is_known {
        return Err(Refusal::CrossSite("this Host is not the gateway's: list its origin in allowed_origins"));
    }
    match single(headers, &SEC_FETCH_SITE)? {
        None | Some("same-origin" | "none") => {}
        Some("same-site") if is_listed => {}
        Some(_) => return Err(Refusal::CrossSite("cross-site requests are refused")),
    }
    if let Some(origin) = origin
        && !is_listed
        && !(origin.authority == normal_authority(host, origin.secure) && is_scheme(headers, &origin))
    {
        return Err(Refusal::CrossSite("the Origin is neither this host nor in allowed_origins"));
    }
    Ok(())
}

/// Whether the page's scheme can be that of this request. The gateway itself sees plain HTTP even where a proxy
/// before it ends TLS; only such a proxy knows, and says so.
fn is_scheme(headers: &HeaderMap, origin: &Origin) -> bool {
    match headers.get(X_FORWARDED_PROTO).map(|value| value.to_str()) {
        Some(Ok(schemes)) => schemes.split(',').next().is_some_and(|s| s.trim() == origin.scheme()),
        Some(Err(_)) => false,
        None => true,
    }
}

fn host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Result<&'r str, Refusal> {
    match uri.authority() {
        Some(authority) => Ok(authority.as_str()),
        None => single(headers, &header::HOST)?.ok_or(Refusal::CrossSite("the request names no Host")),
    }
}

fn host_without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The only value of a header; repeated ones contradict each other and are refused.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Refusal::CrossSite("a header that must be there once is repeated"));
    }
    first.map(|value| value.to_str().map_err(|_| Refusal::CrossSite("a header is not readable"))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_pages_and_clients_that_are_no_browsers_pass() {
        let allowed = [Origin::parse("https://crm.example").unwrap()];
        let cases: &[(&[(&str, &str)], bool)] = &[
            // No browser.
            (&[("host", "127.0.0.1:8080")], true),
            (&[("host", "localhost:8080")], true),
            (&[("host", "[::1]:8080")], true),
            (&[], false),
            // Fetch metadata.
            (&[("host", "localhost"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "localhost"), ("sec-fetch-site", "none")], true),
            (&[("host", "localhost"), ("sec-fetch-site", "same-site")], false),
            (&[("host", "localhost"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "localhost"), ("sec-fetch-site", "Same-Origin")], false),
            (&[("host", "localhost"), ("sec-fetch-site", "")], false),
            (
                &[("host", "localhost"), ("sec-fetch-site", "same-site"), ("origin", "https://crm.example")],
                true,
            ),
            (
                &[("host", "localhost"), ("sec-fetch-site", "cross-site"), ("origin", "https://crm.example")],
                false,
            ),
            (
                &[("host", "localhost"), ("sec-fetch-site", "same-site"), ("origin", "http://localhost")],
                false,
            ),
            (&[("host", "localhost"), ("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")], false),
            // Origin against Host.
            (&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], true),
            (&[("host", "LOCALHOST:80"), ("origin", "http://localhost")], true),
            (&[("host", "localhost"), ("origin", "https://localhost")], true),
            (&[("host", "localhost:443"), ("origin", "https://localhost")], true),
            (&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8081")], false),
            (&[("host", "127.0.0.1:8080"), ("origin", "http://localhost:8080")], false),
            (&[("host", "127.0.0.1:8080"), ("origin", "https://evil.example")], false),
            (&[("host", "localhost"), ("origin", "http://localhost.evil.example")], false),
            (&[("host", "localhost"), ("origin", "null")], false),
            (&[("host", "localhost"), ("origin", "http://evil.example@localhost")], false),
            (&[("host", "localhost"), ("origin", "file://localhost")], false),
            (&[("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://localhost")], false),
            (&[("host", "localhost"), ("host", "localhost")], false),
            // The scheme, where a proxy tells it.
            (&[("host", "localhost"), ("origin", "http://localhost"), ("x-forwarded-proto", "http")], true),
            (&[("host", "localhost"), ("origin", "http://localhost"), ("x-forwarded-proto", "https")], false),
            (
                &[
                    ("host", "localhost"),
                    ("origin", "https://localhost"),
                    ("x-forwarded-proto", "https, http"),
                ],
                true,
            ),
            // The configured list, with the public Host or an inner one.
            (&[("host", "crm.example"), ("origin", "https://crm.example")], true),
            (&[("host", "crm.example:443")], true),
            (&[("host", "127.0.0.1:8080"), ("origin", "https://crm.example")], true),
            (&[("host", "127.0.0.1:8080"), ("origin", "https://crm.example:443")], true),
            (&[("host", "127.0.0.1:8080"), ("origin", "http://crm.example")], false),
            (&[("host", "127.0.0.1:8080"), ("origin", "https://crm.example:8443")], false),
            // A name pointed at this machine by somebody else.
            (&[("host", "evil.example:8080"), ("origin", "http://evil.example:8080")], false),
            (&[("host", "evil.example:8080"), ("sec-fetch-site", "same-origin")], false),
            (&[("host", "evil.example:8080")], false),
        ];
        for (headers, passes) in cases {
            let mut map = HeaderMap::new();
            for (name, value) in *headers {
                map.append(*name, value.parse().unwrap());
            }
            let outcome = check(&Uri::from_static("/jetapi/api/v1/account"), &map, &allowed);
            assert_eq!(outcome.is_ok(), *passes, "{headers:?}: {outcome:?}");
        }
    }

    #[test]
    fn an_absolute_address_counts_for_more_than_the_host_header() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "localhost".parse().unwrap());
        assert!(check(&Uri::from_static("http://evil.example/x"), &headers, &[]).is_err());
        assert!(check(&Uri::from_static("http://localhost/x"), &headers, &[]).is_ok());
    }
}
