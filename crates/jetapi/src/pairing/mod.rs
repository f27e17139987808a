//! The pairing flows.
