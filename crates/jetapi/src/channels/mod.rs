//! The Phoenix Channels client.
