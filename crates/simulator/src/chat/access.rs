use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// Of a printed hash.
const HASH_BYTES: usize = 20;

/// Who comes into the chat: whoever has the link and, if it asks for one, the password.
pub(super) struct Access {
    random: ChaCha8Rng,
    hash: String,
    /// Stays when a link is made that doesn't ask for it.
    password: Option<String>,
    asks_password: bool,
    /// What a browser gets that knew the password.
    session: String,
}

impl Access {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let [hash, session] = [(); 2].map(|()| hex(&mut random));
        Self { random, hash, password: None, asks_password: false, session }
    }

    pub(super) fn hash(&self) -> &str {
        &self.hash
    }

    pub(super) fn session(&self) -> &str {
        &self.session
    }

    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    pub(super) fn asks_password(&self) -> bool {
        self.asks_password
    }

    pub(super) fn knows(&self, password: &str) -> bool {
        self.password.as_deref() == Some(password)
    }

    /// A link that is out already ends when another password comes.
    pub(super) fn ask_for(&mut self, password: String, is_link_out: bool) {
        self.asks_password = true;
        if is_link_out && !self.knows(&password) {
            self.hash = hex(&mut self.random);
        }
        self.change_password(password);
    }

    pub(super) fn ask_for_none(&mut self) {
        self.asks_password = false;
    }

    pub(super) fn change_password(&mut self, password: String) {
        if !self.knows(&password) {
            self.session = hex(&mut self.random);
        }
        self.password = Some(password);
    }
}

fn hex(random: &mut ChaCha8Rng) -> String {
    let mut bytes = [0; HASH_BYTES];
    random.fill_bytes(&mut bytes);
    bytes.map(|byte| format!("{byte:02x}")).concat()
}
