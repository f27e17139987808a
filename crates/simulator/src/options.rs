use std::time::Duration;

/// How the simulated vendor is set up. [`Options::default`] is what the binary does without flags.
#[derive(Clone)]
pub struct Options {
    /// The client's token: Bearer for `/api/v1/**`, `token` in the sockets' query.
    pub token: String,
    /// The developer's master key, for `/developer/v1/**`.
    pub api_key: String,
    /// The one customer there is, and the id of its WhatsApp room.
    pub customer_id: u64,
    /// The registered domain: when set, an upgrade with another `Origin`, or with none, is answered 403.
    pub origin: Option<String>,
    /// The origin that the chat's links name, without a slash at its end; when not set, it is `http://` and the `Host`
    /// that the link was asked of, where the page is.
    pub chat_origin: Option<String>,
    /// All codes follow from it.
    pub seed: u64,
    /// How the WhatsApp room prints refs.
    pub refs: Refs,
    /// How long a container takes from its first join to its first code.
    pub preparing: Duration,
    /// Time between two `auth_state` pushes on one channel of the WhatsApp room.
    pub push_every: Duration,
    /// Time between two pushes of the Telegram room's state, which is pushed at once when it changes, too.
    pub telegram_push_every: Duration,
    /// How long a code lives.
    pub code_every: Duration,
    /// A socket on which no frame came in for so long is closed.
    pub idle_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: "sim-client-token".into(),
            api_key: "sim-api-key".into(),
            customer_id: 8143,
            origin: None,
            chat_origin: None,
            seed: 1,
            refs: Refs::Integer,
            preparing: Duration::from_millis(600),
            push_every: Duration::from_millis(300),
            telegram_push_every: Duration::from_secs(2),
            code_every: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(60),
        }
    }
}

/// How the WhatsApp room prints `join_ref` and `ref`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Refs {
    /// As numbers, whatever the client sent: what the reference prints.
    Integer,
    /// As the client sent them, which is what npm's `phoenix` needs: it compares them strictly.
    String,
}
