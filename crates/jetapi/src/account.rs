//! The account: `GET /api/v1/account`.

use crate::endpoint::{Call, Credential, Endpoint, Method, Reach, Reply};
use crate::json::Value;
use crate::wire::{lenient_string, lenient_strings};

/// The endpoint, from "View account information" of the reference.
pub const ACCOUNT: Endpoint<Account> =
    Endpoint::new(Method::Get, "/api/v1/account", Credential::ClientToken, Reach::OwnAccount);

/// Reads the account that the proxy's token belongs to.
pub fn account() -> Call<Account> {
    ACCOUNT.call(&[])
}

/// The account. Every field but `customer_id` may be missing: the reference prints two shapes of this reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The customer's number, the last part of the WhatsApp topic. Comes as a number, kept as a string.
    pub customer_id: String,
    /// Whether a WhatsApp session is open (`whatsapp_session` 1).
    pub whatsapp_connected: Option<bool>,
    /// The state of the personal Telegram session (`tdlib_session`).
    pub telegram_session: Option<TelegramSession>,
    /// The balance, a decimal string as the server wrote it.
    pub total_amount: Option<String>,
    /// The channels of delivery, in the order in which they are tried.
    pub dispatch_routing: Vec<String>,
    /// The SMS sender names that the account may use.
    pub sender_names: Vec<String>,
    /// The last paid day, `YYYY-MM-DD`.
    pub subscription_paid_until: Option<String>,
    /// `active` or `inactive`.
    pub subscription_status: Option<String>,
    /// The price, a decimal string as the server wrote it.
    pub subscription_cost: Option<String>,
}

/// `tdlib_session` of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TelegramSession {
    /// 0: waits for a phone number.
    WaitPhone,
    /// 1: waits for the login code.
    WaitCode,
    /// 2: waits for the second factor.
    WaitPassword,
    /// 3: logged in.
    Authorized,
    /// 4: waits for a QR code to be scanned.
    WaitQrCode,
    /// A number that this version does not know.
    Unknown(i64),
}

impl TelegramSession {
    /// Reads the API's number.
    pub const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::WaitPhone,
            1 => Self::WaitCode,
            2 => Self::WaitPassword,
            3 => Self::Authorized,
            4 => Self::WaitQrCode,
            other => Self::Unknown(other),
        }
    }
}

impl Reply for Account {
    fn read(body: &Value) -> Option<Self> {
        let account = body.get("account")?;
        let string = |name: &str| account.get(name).and_then(lenient_string);
        let number = |name: &str| string(name).and_then(|digits| digits.parse::<i64>().ok());
        let list = |name: &str| account.get(name).map(lenient_strings).unwrap_or_default();
        Some(Self {
            customer_id: string("customer_id")?,
            whatsapp_connected: number("whatsapp_session").map(|session| session == 1),
            telegram_session: number("tdlib_session").map(TelegramSession::from_number),
            total_amount: string("total_amount"),
            dispatch_routing: list("dispatch_routing"),
            sender_names: list("sender_names"),
            subscription_paid_until: string("subscription_paid_until"),
            subscription_status: string("subscription_status"),
            subscription_cost: string("subscription_cost"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Response;
    use crate::error::ApiError;

    fn read(body: &str) -> Result<Account, ApiError> {
        account().decode(&Response { status: 200, body })
    }

    #[test]
    fn both_printed_shapes_are_read() {
        let full = read(
            r#"{"meta":{"code":200,"status":"success"},"account":{"total_amount":"780.70","customer_id":8143,
            "dispatch_routing":["sms"],"subscription_paid_until":"2025-07-01","sender_names":["jeth813","testname"],
            "tdlib_session":3,"whatsapp_session":1,"subscription_status":"active","subscription_cost":"100.00"}}"#,
        )
        .unwrap();
        assert_eq!(full.customer_id, "8143");
        assert_eq!(full.whatsapp_connected, Some(true));
        assert_eq!(full.telegram_session, Some(TelegramSession::Authorized));
        assert_eq!(full.total_amount.as_deref(), Some("780.70"));
        assert_eq!(full.sender_names, ["jeth813", "testname"]);
        assert_eq!(full.subscription_cost.as_deref(), Some("100.00"));

        let short =
            read(r#"{"account":{"customer_id":"813","dispatch_routing":["sms"],"total_amount":"5000.15"}}"#)
                .unwrap();
        assert_eq!(short.customer_id, "813");
        assert_eq!(short.whatsapp_connected, None);
    }

    #[test]
    fn wrong_types_cost_only_their_field() {
        let odd = read(
            r#"{"account":{"customer_id":1,"whatsapp_session":"1","tdlib_session":9,"sender_names":"one",
            "dispatch_routing":{"a":1},"subscription_status":[],"total_amount":null}}"#,
        )
        .unwrap();
        assert_eq!(odd.whatsapp_connected, Some(true));
        assert_eq!(odd.telegram_session, Some(TelegramSession::Unknown(9)));
        assert_eq!(odd.sender_names, ["one"]);
        assert_eq!(odd.dispatch_routing, Vec::<String>::new());
        assert_eq!(odd.subscription_status, None);
    }

    #[test]
    fn what_is_no_account_is_unreadable() {
        for body in
            ["", "null", "[]", "{}", "<html>", r#"{"account":{}}"#, r#"{"account":{"customer_id":null}}"#]
        {
            assert_eq!(read(body), Err(ApiError::Unreadable { status: 200 }), "{body}");
        }
    }
}
