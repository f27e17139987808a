use std::time::Duration;

use tokio::time::Instant;

/// What an endpoint does wrong at present.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    /// Upgrades are answered 403.
    pub(crate) refusing: Span,
    /// Upgrades are answered 503.
    pub(crate) down: Span,
    /// What comes in is read and forgotten, and nothing goes out.
    pub(crate) silent: Span,
    /// Every join ends its channel's process.
    pub(crate) crashing_joins: Span,
    /// Joins, events and pushes come so much later.
    pub(crate) slow: Option<Duration>,
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Span {
    #[default]
    Over,
    Until(Instant),
    Open,
}

impl Span {
    /// From now on for `duration`.
    pub(crate) fn lasting(duration: Duration) -> Self {
        Instant::now().checked_add(duration).map_or(Self::Open, Self::Until)
    }

    /// From now on for `duration`, or until it is ended.
    pub(crate) fn lasting_or_open(duration: Option<Duration>) -> Self {
        duration.map_or(Self::Open, Self::lasting)
    }

    pub(crate) fn is_on(self) -> bool {
        match self {
            Self::Over => false,
            Self::Until(end) => Instant::now() < end,
            Self::Open => true,
        }
    }
}
