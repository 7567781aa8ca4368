//! Error answers: `errors[]`, always JSON (schema `Errors` of docs/reader-api.yaml).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An error with its HTTP status and code.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    errors: Vec<Value>,
    retry_after: Option<u32>,
}

/// Return type of the handlers.
pub(crate) type Answer = Result<Response, Refusal>;

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: &str) -> Refusal {
        Refusal {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            errors: vec![error(code, message, &[])],
            retry_after: None,
        }
    }

    /// 422 with several errors, for a form with several faults.
    pub(crate) fn unprocessable(errors: Vec<Value>) -> Refusal {
        Refusal { status: StatusCode::UNPROCESSABLE_ENTITY, errors, retry_after: None }
    }

    pub(crate) fn with(mut self, key: &str, value: impl ToString) -> Refusal {
        if let Some(parameters) =
            self.errors.first_mut().and_then(|e| e.get_mut("parameters")).and_then(Value::as_array_mut)
        {
            parameters.push(json!({"key": key, "value": value.to_string()}));
        }
        self
    }

    pub(crate) fn retry_after(mut self, seconds: u32) -> Refusal {
        self.retry_after = Some(seconds);
        self
    }
}

/// One entry of `errors[]`.
pub(crate) fn error(code: &str, message: &str, parameters: &[(&str, String)]) -> Value {
    let parameters: Vec<Value> =
        parameters.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({"message": message, "type": "error", "code": code, "parameters": parameters})
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let total = self.errors.len();
        let body = Json(json!({"errors": self.errors, "total_records": total}));
        let mut response = (self.status, body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Refusal {
        tracing::error!(%error, "the sandbox's own database failed");
        Refusal::new(500, "INTERNAL_ERROR", "平台内部错误")
    }
}

/// 404, the same whether or not the resource exists for another patron.
pub(crate) fn not_found() -> Refusal {
    Refusal::new(404, "NOT_FOUND", "没有找到")
}
