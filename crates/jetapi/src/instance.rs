//! A corporate developer's instance: `GET /developer/v1/instances/:customer_id`.

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

/// What the widget reads of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Whether a WhatsApp session is open (`whatsapp_session` 1).
    pub whatsapp_connected: Option<bool>,
    /// The number that WhatsApp is paired with, digits with or without a plus, where there is one.
    pub whatsapp_phone: Option<String>,
}

impl Reply for Instance {
    fn read(body: &Value) -> Option<Self> {
        let instance = body.get("instance").filter(|instance| matches!(instance, Value::Object(_)))?;
        let string = |name: &str| instance.get(name).and_then(lenient_string);
        Some(Self {
            whatsapp_connected: string("whatsapp_session").map(|session| session == "1"),
            whatsapp_phone: string("whatsapp_phone").filter(|phone| !phone.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Response;
    use crate::error::ApiError;

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
            let read = instance("1").decode(&Response { status: 200, body: &body }).unwrap();
            assert_eq!(read.whatsapp_phone.as_deref(), want, "{phone}");
            assert_eq!(read.whatsapp_connected, Some(true));
        }
        let error = instance("1").decode(&Response { status: 200, body: "{}" });
        assert_eq!(error, Err(ApiError::Unreadable { status: 200 }));
    }
}
