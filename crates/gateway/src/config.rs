//! What the operator decides, from file, environment and command line.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::HeaderValue;
use jetapi::secret::Secret;

use crate::guard::Origin;
use crate::upstream::{OTHER_HOSTS, Upstream};

const VARIABLE_PREFIX: &str = "JETAPI_";

/// What the widget itself is built to live under.
const STRICT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; frame-src https://api.jetapi.io; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
    require-trusted-types-for 'script'";

/// The gateway's settings. Start from [`Config::default`] or [`Config::load`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The path under which a page finds the API: `/jetapi`.
    pub base_path: String,
    /// `api.jetapi.io`, or what stands in for it.
    pub api_upstream: Upstream,
    /// `msg-farmer.jetapi.io`, or what stands in for it.
    pub whatsapp_upstream: Upstream,
    /// Upstreams for what the reference prints on other hosts than `api.jetapi.io`, by host.
    pub host_upstreams: BTreeMap<String, Upstream>,
    /// The `Origin` of the sockets' upgrades: the domain that is registered with the vendor.
    pub upstream_origin: Option<Origin>,
    /// The client's token.
    pub token: Option<Secret>,
    /// The developer's master key.
    pub api_key: Option<Secret>,
    /// The key for signing requests. Held and kept out of replies; no endpoint of the table is signed yet.
    pub idempotency_key: Option<Secret>,
    /// The folder of the page's files.
    pub static_dir: Option<PathBuf>,
    /// The origins, beside the one that a loopback `Host` names, whose pages may ask.
    pub allowed_origins: Vec<Origin>,
    /// `Content-Security-Policy` of the files.
    pub content_security_policy: HeaderValue,
    /// The longest request body, in bytes.
    pub max_body_bytes: u64,
    /// The longest JSON reply, in bytes: it is held in memory while its credentials are taken out.
    pub max_json_bytes: usize,
    /// The longest message on a socket, in bytes.
    pub max_frame_bytes: usize,
    /// How many sockets may be open at once.
    pub max_sockets: usize,
    /// To reach an upstream.
    pub connect_timeout: Duration,
    /// For an upstream to answer once it has the request, and between two pieces of an answer.
    pub response_timeout: Duration,
    /// For a browser to send a request's head, and for an idle connection to stay open.
    pub header_timeout: Duration,
    /// How long a socket may be without a sign of life from either end.
    pub socket_idle_timeout: Duration,
    /// How long requests that are under way may go on after a shutdown began.
    pub drain_timeout: Duration,
    /// How the log is written.
    pub log_format: LogFormat,
    /// The least severe events that are logged.
    pub log_level: tracing::Level,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// Lines for a person.
    Text,
    /// A JSON object per line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            base_path: "/jetapi".into(),
            api_upstream: Upstream::https("api.jetapi.io"),
            whatsapp_upstream: Upstream::https("msg-farmer.jetapi.io"),
            host_upstreams: BTreeMap::new(),
            upstream_origin: None,
            token: None,
            api_key: None,
            idempotency_key: None,
            static_dir: None,
            allowed_origins: Vec::new(),
            content_security_policy: HeaderValue::from_static(STRICT_POLICY),
            max_body_bytes: 128 << 20,
            max_json_bytes: 8 << 20,
            max_frame_bytes: 1 << 20,
            max_sockets: 1024,
            connect_timeout: Duration::from_secs(5),
            response_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(30),
            socket_idle_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(10),
            log_format: LogFormat::Text,
            log_level: tracing::Level::INFO,
        }
    }
}

/// One setting: its name in the file, which also gives its variable and its flag.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The name in the file.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// A credential: it is never taken from the command line, where every process could read it, and `name_file`
    /// names a file that holds it.
    pub is_secret: bool,
}

impl Setting {
    /// The environment variable: `JETAPI_LISTEN`.
    pub fn variable(&self) -> String {
        format!("{VARIABLE_PREFIX}{}", self.name.to_ascii_uppercase())
    }

    /// The flag, without its dashes: `base-path`.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

const fn setting(name: &'static str, help: &'static str) -> Setting {
    Setting { name, help, is_secret: false }
}

const fn secret(name: &'static str, help: &'static str) -> Setting {
    Setting { name, help, is_secret: true }
}

const SETTINGS: &[Setting] = &[
    setting("listen", "Address and port to listen on; loopback only, as long as there is no authentication"),
    setting("base_path", "Path under which pages find the API and its sockets"),
    setting("api_upstream", "Base address of the API"),
    setting(
        "whatsapp_upstream",
        "Base address of the WhatsApp host; its socket is ws or wss as this is http or https",
    ),
    setting(
        "host_upstreams",
        "Base addresses for the vendor's other hosts, jetapi.io and api.chatpush.ru (MAX), HOST=URL,HOST=URL \
         (in the file a table); by default all goes to api_upstream",
    ),
    setting("upstream_origin", "Origin of the sockets' upgrades: the domain registered with the vendor"),
    secret("token", "The client's token"),
    secret("api_key", "The developer's master key; without it the developer's endpoints are 404"),
    secret("idempotency_key", "The account's idempotency key"),
    setting("static_dir", "Folder of the page's files, served at /"),
    setting(
        "allowed_origins",
        "Origins whose pages may ask, separated by commas (in the file an array): \
         those of the proxy before the gateway. Without any, pages opened on a loopback address",
    ),
    setting("authentication", "How pages are authenticated; this version knows only none"),
    setting("content_security_policy", "Content-Security-Policy of the files"),
    setting("max_body_bytes", "Longest request body"),
    setting("max_json_bytes", "Longest JSON reply"),
    setting("max_frame_bytes", "Longest message on a socket; a longer one closes it with 1009"),
    setting("max_sockets", "Sockets open at once"),
    setting("connect_timeout_ms", "Time to reach an upstream"),
    setting("response_timeout_ms", "Time for an upstream to answer, and between two pieces of its answer"),
    setting("header_timeout_ms", "Time for a request's head to arrive"),
    setting("socket_idle_timeout_ms", "Time without a sign of life after which a socket is held to be dead"),
    setting("drain_timeout_ms", "Time for requests under way after SIGINT or SIGTERM"),
    setting("log_format", "text or json"),
    setting("log_level", "error, warn, info, debug or trace"),
];

/// All settings, in the order in which they are shown.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter()
}

/// Why the settings cannot be used. Its text names the setting and the rule, and never a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The configuration file is no TOML.
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The file has a setting that does not exist.
    Unknown {
        /// Its name.
        name: String,
        /// Where it stands.
        source: String,
    },
    /// A setting breaks a rule.
    Value {
        /// Its name, and where it stands.
        name: String,
        /// The rule.
        rule: String,
    },
    /// TLS cannot be set up.
    Tls(String),
}

impl ConfigError {
    pub(crate) fn value(name: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Value { name: name.into(), rule: rule.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::Syntax { path, line, reason } => write!(f, "{}, line {line}: {reason}", path.display()),
            Self::Unknown { name, source } => write!(f, "{name} ({source}): there is no such setting"),
            Self::Value { name, rule } => write!(f, "{name}: {rule}"),
            Self::Tls(reason) => write!(f, "TLS cannot be set up: {reason}"),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The values of one source by setting, as text.
type Values = BTreeMap<String, String>;

impl Config {
    /// Reads the settings: `file`, where there is one, under `variables` (the environment's `JETAPI_…`), under
    /// `flags` (by a setting's name). A variable that is empty counts as not set, and others than the settings' are
    /// not looked at.
    ///
    /// # Errors
    /// [`ConfigError`] for the first setting that cannot be used.
    pub fn load(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
        flags: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if let Some(path) = file {
            config.apply(read_file(path)?, |_| path.display().to_string())?;
        }
        // Other variables with this prefix are none of ours: the environment belongs to other programs too.
        let is_known = |name: &str| {
            SETTINGS
                .iter()
                .any(|s| s.name == name || s.is_secret && name.strip_suffix("_file") == Some(s.name))
        };
        let variables = variables
            .into_iter()
            .filter_map(|(name, value)| {
                Some((name.strip_prefix(VARIABLE_PREFIX)?.to_ascii_lowercase(), value))
            })
            .filter(|(name, value)| is_known(name) && !value.is_empty())
            .collect();
        config.apply(variables, |name| format!("{VARIABLE_PREFIX}{}", name.to_ascii_uppercase()))?;
        config.apply(flags.clone(), |name| format!("--{}", name.replace('_', "-")))?;
        config.check()?;
        Ok(config)
    }

    fn apply(&mut self, mut values: Values, source: impl Fn(&str) -> String) -> Result<(), ConfigError> {
        for setting in SETTINGS {
            let name = setting.name;
            let value = values.remove(name);
            let value = if setting.is_secret {
                let file_name = format!("{name}_file");
                match (value, values.remove(&file_name)) {
                    (Some(_), Some(_)) => {
                        let rule = format!("set either it or {file_name}");
                        return Err(ConfigError::value(named(name, &source(name)), rule));
                    }
                    (None, Some(path)) => Some(read_secret(Path::new(&path))?),
                    (value, None) => value,
                }
            } else {
                value
            };
            if let Some(value) = value {
                self.set(name, &value)
                    .map_err(|rule| ConfigError::value(named(name, &source(name)), rule))?;
            }
        }
        match values.into_keys().next() {
            Some(name) => Err(ConfigError::Unknown { source: source(&name), name }),
            None => Ok(()),
        }
    }

    /// Sets one setting from its text, or says which rule the text breaks.
    fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        match name {
            "listen" => {
                self.listen = text.parse().map_err(|_| got("must be an IP address and a port", text))?
            }
            "base_path" => self.base_path = base_path(text)?,
            "api_upstream" => self.api_upstream = upstream(text)?,
            "whatsapp_upstream" => self.whatsapp_upstream = upstream(text)?,
            "host_upstreams" => self.host_upstreams = host_upstreams(text)?,
            "upstream_origin" => self.upstream_origin = Some(origin(text)?),
            "token" => self.token = Some(credential(text)?),
            "api_key" => self.api_key = Some(credential(text)?),
            "idempotency_key" => self.idempotency_key = Some(credential(text)?),
            "static_dir" => self.static_dir = Some(directory(text)?),
            "allowed_origins" => self.allowed_origins = list(text).map(origin).collect::<Result<_, _>>()?,
            "authentication" if text == "none" => {}
            "authentication" => return Err(got("must be none; other modes come with later versions", text)),
            "content_security_policy" => {
                self.content_security_policy = HeaderValue::from_str(text)
                    .map_err(|_| got("must be one line of visible characters", text))?;
            }
            "max_body_bytes" => self.max_body_bytes = count(text)?,
            "max_json_bytes" => self.max_json_bytes = size(text)?,
            "max_frame_bytes" => self.max_frame_bytes = size(text)?,
            "max_sockets" => self.max_sockets = size(text)?,
            "connect_timeout_ms" => self.connect_timeout = milliseconds(text)?,
            "response_timeout_ms" => self.response_timeout = milliseconds(text)?,
            "header_timeout_ms" => self.header_timeout = milliseconds(text)?,
            "socket_idle_timeout_ms" => self.socket_idle_timeout = milliseconds(text)?,
            "drain_timeout_ms" => self.drain_timeout = milliseconds(text)?,
            "log_format" => {
                self.log_format = match text {
                    "text" => LogFormat::Text,
                    "json" => LogFormat::Json,
                    _ => return Err(got("must be text or json", text)),
                }
            }
            "log_level" => {
                self.log_level =
                    text.parse().map_err(|_| got("must be error, warn, info, debug or trace", text))?;
            }
            _ => return Err("there is no such setting".into()),
        }
        Ok(())
    }

    /// The value of a setting as text, `***` for a credential; none where it is not set.
    pub fn shown(&self, name: &str) -> Option<String> {
        let secret = |secret: &Option<Secret>| secret.as_ref().map(Secret::to_string);
        let ms = |duration: Duration| Some(duration.as_millis().to_string());
        match name {
            "listen" => Some(self.listen.to_string()),
            "base_path" => Some(self.base_path.clone()),
            "api_upstream" => Some(self.api_upstream.to_string()),
            "whatsapp_upstream" => Some(self.whatsapp_upstream.to_string()),
            "host_upstreams" => joined(self.host_upstreams.iter().map(|(host, url)| format!("{host}={url}"))),
            "upstream_origin" => self.upstream_origin.as_ref().map(Origin::to_string),
            "token" => secret(&self.token),
            "api_key" => secret(&self.api_key),
            "idempotency_key" => secret(&self.idempotency_key),
            "static_dir" => self.static_dir.as_ref().map(|path| path.display().to_string()),
            "allowed_origins" => joined(self.allowed_origins.iter().map(Origin::to_string)),
            "authentication" => Some("none".into()),
            "content_security_policy" => self.content_security_policy.to_str().ok().map(str::to_owned),
            "max_body_bytes" => Some(self.max_body_bytes.to_string()),
            "max_json_bytes" => Some(self.max_json_bytes.to_string()),
            "max_frame_bytes" => Some(self.max_frame_bytes.to_string()),
            "max_sockets" => Some(self.max_sockets.to_string()),
            "connect_timeout_ms" => ms(self.connect_timeout),
            "response_timeout_ms" => ms(self.response_timeout),
            "header_timeout_ms" => ms(self.header_timeout),
            "socket_idle_timeout_ms" => ms(self.socket_idle_timeout),
            "drain_timeout_ms" => ms(self.drain_timeout),
            "log_format" => Some(match self.log_format {
                LogFormat::Text => "text".into(),
                LogFormat::Json => "json".into(),
            }),
            "log_level" => Some(self.log_level.to_string().to_ascii_lowercase()),
            _ => None,
        }
    }

    /// The rules that no single setting can break.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().to_canonical().is_loopback() {
            return Err(ConfigError::value("listen", not_loopback(self.listen)));
        }
        Ok(())
    }

    pub(crate) fn upstreams(&self) -> impl Iterator<Item = &Upstream> {
        [&self.api_upstream, &self.whatsapp_upstream].into_iter().chain(self.host_upstreams.values())
    }

    /// Where requests for `path` go.
    pub(crate) fn upstream_of(&self, path: &str) -> &Upstream {
        crate::upstream::other_host(path)
            .and_then(|host| self.host_upstreams.get(host))
            .unwrap_or(&self.api_upstream)
    }
}

/// All settings as the file would have them, with `***` for credentials.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for setting in SETTINGS {
            match self.shown(setting.name) {
                Some(value) => match value.parse() {
                    Ok(number) => writeln!(f, "{} = {}", setting.name, toml::Value::Integer(number))?,
                    Err(_) => writeln!(f, "{} = {}", setting.name, toml::Value::String(value))?,
                },
                None => writeln!(f, "# {} is not set", setting.name)?,
            }
        }
        Ok(())
    }
}

pub(crate) fn not_loopback(address: SocketAddr) -> String {
    format!(
        "{address} can be reached from other machines, and no authentication is configured: whoever reaches the \
         gateway acts with its credentials. Listen on a loopback address, behind the session proxy of your own \
         application; authentication modes of the gateway's own come with later versions"
    )
}

fn named(name: &str, source: &str) -> String {
    format!("{name} ({source})")
}

/// A rule with what was given instead; never used for a credential.
fn got(rule: &str, text: &str) -> String {
    format!("{rule}, not {text:?}")
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn joined(items: impl Iterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.collect();
    (!items.is_empty()).then(|| items.join(","))
}

fn base_path(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let is_segment = |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain);
    let is_taken = matches!(text, "/healthz" | "/readyz");
    match text.strip_prefix('/') {
        Some(rest) if rest.split('/').all(is_segment) && !is_taken => Ok(text.to_owned()),
        _ => Err(got("must be a path like /jetapi, without a slash at its end", text)),
    }
}

fn upstream(text: &str) -> Result<Upstream, String> {
    // Not shown back: an address with a password in it is one of the things that are refused.
    Upstream::parse(text).map_err(str::to_owned)
}

fn host_upstreams(text: &str) -> Result<BTreeMap<String, Upstream>, String> {
    list(text)
        .map(|item| {
            let (host, url) = item.split_once('=').ok_or("must be HOST=URL,HOST=URL")?;
            if !OTHER_HOSTS.contains(&host) {
                return Err(got(&format!("knows the hosts {}", OTHER_HOSTS.join(" and ")), host));
            }
            Ok((host.to_owned(), upstream(url).map_err(|rule| format!("{host} {rule}"))?))
        })
        .collect()
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).map_err(|rule| got(rule, text))
}

fn credential(text: &str) -> Result<Secret, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must be visible ASCII characters without spaces".into());
    }
    Ok(Secret::new(text))
}

fn directory(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_dir() { Ok(path) } else { Err(got("must be a folder", text)) }
}

fn count(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(got("must be a whole number above 0", text)),
    }
}

/// A number that is also the size of something in memory.
fn size(text: &str) -> Result<usize, String> {
    let most = 1 << 30;
    match usize::try_from(count(text)?) {
        Ok(size) if size <= most => Ok(size),
        _ => Err(got(&format!("must be at most {most}"), text)),
    }
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    let day = 86_400_000;
    match count(text)? {
        ms if ms <= day => Ok(Duration::from_millis(ms)),
        _ => Err(got(&format!("must be at most {day} milliseconds, a day"), text)),
    }
}

fn read_file(path: &Path) -> Result<Values, ConfigError> {
    let text = read(path)?;
    let table: toml::Table = toml::from_str(&text).map_err(|error: toml::de::Error| {
        // The error's own text quotes the line, which may hold a credential.
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        ConfigError::Syntax { path: path.into(), line, reason: error.message().to_owned() }
    })?;
    table
        .into_iter()
        .map(|(name, value)| match text_of(value) {
            Some(text) => Ok((name, text)),
            None => Err(ConfigError::value(
                named(&name, &path.display().to_string()),
                "must be a string, a number, an array of strings or a table of strings",
            )),
        })
        .collect()
}

/// A value of the file in the form that variables have it.
fn text_of(value: toml::Value) -> Option<String> {
    let string = |value: toml::Value| match value {
        toml::Value::String(text) => Some(text),
        _ => None,
    };
    match value {
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            Some(items.into_iter().map(string).collect::<Option<Vec<_>>>()?.join(","))
        }
        toml::Value::Table(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Some(format!("{key}={}", string(value)?)));
            Some(entries.collect::<Option<Vec<_>>>()?.join(","))
        }
        other => string(other),
    }
}

fn read_secret(path: &Path) -> Result<String, ConfigError> {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    read(path).map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|error| ConfigError::File { path: path.into(), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gateway.toml");
        std::fs::write(&path, file).unwrap();
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        Config::load(Some(&path), owned(variables), &owned(flags).into_iter().collect())
    }

    #[test]
    fn a_flag_beats_a_variable_beats_the_file() {
        let file = "listen = \"127.0.0.1:1\"\nmax_sockets = 1\nbase_path = \"/file\"\ntoken = \"file\"";
        let variables =
            [("JETAPI_LISTEN", "127.0.0.1:2"), ("JETAPI_MAX_SOCKETS", "2"), ("JETAPI_TOKEN", "variable")];
        let config = load(file, &variables, &[("listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.max_sockets, 2);
        assert_eq!(config.base_path, "/file");
        assert_eq!(config.token.as_ref().map(Secret::expose), Some("variable"));
    }

    #[test]
    fn the_file_has_arrays_and_tables() {
        let file = "allowed_origins = [\"https://a.example\", \"http://b.example:81\"]\n\
                    [host_upstreams]\n\"jetapi.io\" = \"https://jetapi.io\"";
        let config = load(file, &[], &[]).unwrap();
        assert_eq!(config.shown("allowed_origins").as_deref(), Some("https://a.example,http://b.example:81"));
        assert_eq!(config.upstream_of("/api/tmp/instances").to_string(), "https://jetapi.io");
        assert_eq!(config.upstream_of("/api/v1/max/send_phone").to_string(), "https://api.jetapi.io");
        assert_eq!(config.upstream_of("/api/v1/account").to_string(), "https://api.jetapi.io");
    }

    #[test]
    fn a_credential_is_read_from_its_file_and_never_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        std::fs::write(&path, "SECRET-token\n").unwrap();
        let path = path.to_str().unwrap();
        let config = load(
            "token = \"SECRET-from-file\"\napi_key = \"SECRET-key\"",
            &[("JETAPI_TOKEN_FILE", path), ("JETAPI_IDEMPOTENCY_KEY", "SECRET-idem"), ("JETAPI_API_KEY", "")],
            &[],
        )
        .unwrap();
        assert_eq!(config.token.as_ref().map(Secret::expose), Some("SECRET-token"));
        assert_eq!(config.api_key.as_ref().map(Secret::expose), Some("SECRET-key"));
        let printed = format!("{config} {config:?} {config:#?}");
        assert!(!printed.contains("SECRET"), "{printed}");
        assert!(config.to_string().contains("idempotency_key = \"***\""), "{config}");
    }

    #[test]
    fn every_setting_can_be_set_and_shown() {
        let defaults = Config::default();
        for setting in settings() {
            let value = match (setting.name, defaults.shown(setting.name)) {
                (_, Some(value)) => value,
                ("static_dir", None) => ".".into(),
                ("upstream_origin" | "allowed_origins", None) => "https://crm.example".into(),
                ("host_upstreams", None) => "jetapi.io=https://jetapi.io".into(),
                (_, None) => "secret-value".into(),
            };
            let mut config = Config::default();
            config.set(setting.name, &value).unwrap();
            let want = if setting.is_secret { "***".into() } else { value };
            assert_eq!(config.shown(setting.name), Some(want), "{}", setting.name);
        }
        let shown: toml::Table = toml::from_str(&defaults.to_string()).unwrap();
        assert_eq!(shown.get("listen").and_then(toml::Value::as_str), Some("127.0.0.1:8080"));
    }

    #[test]
    fn every_mistake_names_its_setting_and_the_rule() {
        // In the file, in variables, the words that the error must have.
        type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);
        let cases: &[Case] = &[
            ("listn = \"x\"", &[], &["listn", "no such setting", "gateway.toml"]),
            ("listen = \"8080\"", &[], &["listen", "IP address and a port", "gateway.toml", "\"8080\""]),
            ("", &[("JETAPI_LISTEN", "localhost")], &["listen (JETAPI_LISTEN)", "IP address and a port"]),
            ("listen = \"0.0.0.0:8080\"", &[], &["listen", "0.0.0.0:8080", "authentication", "loopback"]),
            ("listen = \"[::]:8080\"", &[], &["listen", "authentication", "session proxy"]),
            ("listen = \"192.168.1.5:80\"\nauthentication = \"none\"", &[], &["listen", "authentication"]),
            ("authentication = \"jwt\"", &[], &["authentication", "must be none", "later versions"]),
            ("base_path = \"jetapi\"", &[], &["base_path", "/jetapi"]),
            ("base_path = \"/jetapi/\"", &[], &["base_path", "slash"]),
            ("base_path = \"/\"", &[], &["base_path"]),
            ("base_path = \"/a/../b\"", &[], &["base_path"]),
            ("base_path = \"/{x}\"", &[], &["base_path"]),
            ("api_upstream = \"ftp://x\"", &[], &["api_upstream", "http:// or https://"]),
            ("whatsapp_upstream = \"wss://x\"", &[], &["whatsapp_upstream", "ws or wss by itself"]),
            ("host_upstreams = \"jetapi.io\"", &[], &["host_upstreams", "HOST=URL"]),
            (
                "[host_upstreams]\n\"x.io\" = \"https://x.io\"",
                &[],
                &["host_upstreams", "jetapi.io and api.chatpush.ru"],
            ),
            ("[host_upstreams]\n\"jetapi.io\" = \"x\"", &[], &["host_upstreams", "jetapi.io must be http"]),
            ("upstream_origin = \"crm.example\"", &[], &["upstream_origin", "origin"]),
            ("allowed_origins = [\"https://a.example/path\"]", &[], &["allowed_origins", "without path"]),
            ("allowed_origins = [1]", &[], &["allowed_origins", "array of strings"]),
            ("static_dir = \"/does/not/exist\"", &[], &["static_dir", "folder"]),
            ("content_security_policy = \"a\\nb\"", &[], &["content_security_policy", "one line"]),
            ("max_body_bytes = 0", &[], &["max_body_bytes", "above 0"]),
            ("max_body_bytes = -1", &[], &["max_body_bytes", "above 0"]),
            ("max_body_bytes = 1.5", &[], &["max_body_bytes", "a number"]),
            ("max_body_bytes = \"128MiB\"", &[], &["max_body_bytes", "whole number"]),
            ("max_frame_bytes = 99999999999", &[], &["max_frame_bytes", "at most 1073741824"]),
            ("drain_timeout_ms = 99999999999", &[], &["drain_timeout_ms", "a day"]),
            ("log_format = \"xml\"", &[], &["log_format", "text or json"]),
            ("log_level = \"loud\"", &[], &["log_level", "error, warn"]),
            ("listen = ", &[], &["gateway.toml, line 1"]),
            ("\n\ntoken = \"SECRET", &[], &["gateway.toml, line 3"]),
            ("token = \"SECRET-1 SECRET-2\"", &[], &["token", "visible ASCII"]),
            ("token = [\"SECRET\"]\ntoken = 1", &[], &["line 2"]),
            ("token = true", &[], &["token", "must be a string"]),
            ("tokn = \"SECRET\"", &[], &["tokn", "no such setting"]),
            ("api_upstream = \"https://u:SECRET@x\"", &[], &["api_upstream", "without user"]),
            ("", &[("JETAPI_TOKEN", "SECRET"), ("JETAPI_TOKEN_FILE", "/x")], &["token", "token_file"]),
            ("", &[("JETAPI_API_KEY_FILE", "/does/not/exist")], &["/does/not/exist"]),
        ];
        for (file, variables, words) in cases {
            let error = load(file, variables, &[]).unwrap_err().to_string();
            for word in *words {
                assert!(error.contains(word), "{file:?} {variables:?}: {error:?} lacks {word:?}");
            }
            assert!(!error.contains("SECRET"), "{error}");
        }
        assert!(load("", &[], &[("listen", "[::1]:0")]).is_ok());
        assert!(load("", &[("PATH", "/bin"), ("JETAPI_CONFIG", "x"), ("JETAPI_OTHER", "x")], &[]).is_ok());
    }
}
