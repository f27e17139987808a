//! A stand-in for the vendor's servers: the HTTP API and the Phoenix sockets, in memory, with faults on demand.
//!
//! Mount [`Simulator::router`] for everything on one address, or [`Simulator::api_router`] and
//! [`Simulator::whatsapp_router`] on an address each, as the vendor has them on a host each. What the servers do
//! next is decided under `/__sim/` ([`Simulator::control_router`]); every resource with a control has its own path
//! there.
//!
//! Architecture invariant: this crate is written from the API reference alone and never depends on the `jetapi`
//! crate, so that a misread type there shows as a failing test.

mod account;
mod control;
mod meta;
mod options;
mod phoenix;
mod whatsapp;

pub use options::{Options, Refs};

use std::sync::Arc;

use axum::Router;

use phoenix::{Access, Endpoint};
use whatsapp::WhatsApp;

/// One simulated vendor. Clones share their state.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    api_sockets: Arc<Endpoint>,
    whatsapp: Arc<WhatsApp>,
    whatsapp_sockets: Arc<Endpoint>,
}

impl Simulator {
    /// A vendor at its start: no WhatsApp session, no container, no connection.
    pub fn new(options: Options) -> Self {
        let access = Access {
            token: options.token.clone(),
            origin: options.origin.clone(),
            idle_timeout: options.idle_timeout,
        };
        let whatsapp = Arc::new(WhatsApp::new(&options));
        let whatsapp_sockets = Arc::new(Endpoint::new(access.clone(), vec![whatsapp.clone()]));
        let api_sockets = Arc::new(Endpoint::new(access, Vec::new()));
        Self { inner: Arc::new(Inner { options, api_sockets, whatsapp, whatsapp_sockets }) }
    }

    /// Everything on one address: the API host, the WhatsApp host under `/whatsapp`, and the control.
    pub fn router(&self) -> Router {
        self.api_router()
            .nest("/whatsapp", self.whatsapp_router())
            .merge(self.control_router())
            .fallback(async || meta::not_found())
    }

    /// The API host: the HTTP endpoints, and its own socket at `/socket/websocket`.
    pub fn api_router(&self) -> Router {
        account::router(self).merge(phoenix::router(&self.inner.api_sockets))
    }

    /// The WhatsApp host: its socket at `/socket/websocket`.
    pub fn whatsapp_router(&self) -> Router {
        phoenix::router(&self.inner.whatsapp_sockets)
    }

    /// The control alone, all of it under `/__sim/`.
    pub fn control_router(&self) -> Router {
        whatsapp::control::router(self)
    }

    /// Closes every socket with 1012 (service restart), as a deploy of the vendor does, and waits until they are
    /// gone. Upgrades that come later are answered 503.
    pub async fn drain(&self) {
        tokio::join!(self.inner.api_sockets.drain(), self.inner.whatsapp_sockets.drain());
    }
}
