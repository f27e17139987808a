//! A corporate developer's instance: `GET /developer/v1/instances/:customer_id`.

use crate::account::TelegramSession;
use crate::endpoint::{Call, Credential, Endpoint, Method, Reach, Reply};
use crate::json::Value;
use crate::wire::lenient_string;

/// The endpoint, from "Getting information about an instance (customer_id)" of the reference.
pub const INSTANCE: Endpoint<Instance> = Endpoint::new(
    Method::Get,
    "/developer/v1/instances/{customer_id}",
    Credential::DeveloperKey,
    Reach::OwnCustomer,
);

/// Reads the instance of one customer. The only place where the API names the number that WhatsApp is paired
/// with.
pub fn instance(customer_id: &str) -> Call<Instance> {
    INSTANCE.call(&[customer_id])
}

/// What the widget reads of an instance. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    /// The instance's own number, another one than its customer's. Comes as a number, kept as a string.
    pub id: Option<String>,
    /// Whether a WhatsApp session is open (`whatsapp_session` 1).
    pub whatsapp_connected: Option<bool>,
    /// The number that WhatsApp is paired with, digits with or without a plus, where there is one.
    pub whatsapp_phone: Option<String>,
    /// The state of the personal Telegram session (`tdlib_session`).
    pub telegram_session: Option<TelegramSession>,
}

impl Reply for Instance {
    fn read(body: &Value) -> Option<Self> {
        let instance = body.get("instance").filter(|instance| matches!(instance, Value::Object(_)))?;
        let string = |name: &str| instance.get(name).and_then(lenient_string);
        let number = |name: &str| string(name).and_then(|digits| digits.parse::<i64>().ok());
        Some(Self {
            id: string("id").filter(|id| !id.is_empty()),
            whatsapp_connected: number("whatsapp_session").map(|session| session == 1),
            whatsapp_phone: string("whatsapp_phone").filter(|phone| !phone.is_empty()),
            telegram_session: number("tdlib_session").map(TelegramSession::from_number),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Response;
    use crate::error::ApiError;

    fn read(body: &str) -> Result<Instance, ApiError> {
        instance("203").decode(&Response { status: 200, body })
    }

    #[test]
    fn the_printed_reply_is_read() {
        let read = read(
            r#"{"meta":{"code":200,"status":"success"},"instance":{"id":373,"external_id":"0001","customer_id":203,
            "tdlib_session":3,"whatsapp_session":0,"whatsapp_phone":null,"subscription_status":"active"}}"#,
        );
        let want = Instance {
            id: Some("373".into()),
            whatsapp_connected: Some(false),
            whatsapp_phone: None,
            telegram_session: Some(TelegramSession::Authorized),
        };
        assert_eq!(read, Ok(want));
    }

    #[test]
    fn wrong_types_cost_only_their_field() {
        for (body, id, session) in [
            (r#"{"id":"373","tdlib_session":"0"}"#, Some("373"), Some(TelegramSession::WaitPhone)),
            (r#"{"id":"","tdlib_session":7}"#, None, Some(TelegramSession::Unknown(7))),
            (r#"{"id":[373],"tdlib_session":1}"#, None, Some(TelegramSession::WaitCode)),
            (r#"{"id":1,"tdlib_session":"authorized"}"#, Some("1"), None),
            (r#"{"tdlib_session":null}"#, None, None),
        ] {
            let read = read(&format!(r#"{{"instance":{body}}}"#)).unwrap();
            assert_eq!((read.id.as_deref(), read.telegram_session), (id, session), "{body}");
        }
    }

    #[test]
    fn the_phone_is_read_in_either_form() {
        for (phone, want) in [
            ("null", None),
            ("\"\"", None),
            ("{}", None),
            ("79260846453", Some("79260846453")),
            ("\"+79260846453\"", Some("+79260846453")),
        ] {
            let body = format!(r#"{{"instance":{{"whatsapp_session":1,"whatsapp_phone":{phone}}}}}"#);
            let read = read(&body).unwrap();
            assert_eq!(read.whatsapp_phone.as_deref(), want, "{phone}");
            assert_eq!(read.whatsapp_connected, Some(true));
        }
        assert_eq!(read("{}"), Err(ApiError::Unreadable { status: 200 }));
    }
}
