//! A published key set, from a file or from an office.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::open::CliError;
use crate::notices::read_answer;

/// Where an office publishes its keys.
const PLACE: &str = "/api/v1/.well-known/jwks.json";
/// The largest key set that is read, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Seconds the office has to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// The text of a key set. Of an address without a path the usual one is read; without TLS only on this machine.
pub async fn read(place: &str) -> Result<String, CliError> {
    match place.parse::<Url>() {
        Ok(url) if matches!(url.scheme(), "http" | "https") => fetch(url).await,
        Ok(_) | Err(_) => {
            let path = Path::new(place);
            std::fs::read_to_string(path).map_err(|e| CliError::Io(path.to_owned(), e))
        }
    }
}

async fn fetch(mut url: Url) -> Result<String, CliError> {
    let refused = |why: String| CliError::Refused(format!("{url}: {why}"));
    if url.scheme() == "http" && !is_here(&url) {
        return Err(refused("keys are read over https only".to_owned()));
    }
    let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build();
    let client = client.map_err(|e| refused(e.to_string()))?;
    if url.path() == "/" {
        url.set_path(PLACE);
    }
    let refused = |why: String| CliError::Refused(format!("{url}: {why}"));
    let answer = client.get(url.clone()).send().await.map_err(|_| refused("no answer".to_owned()))?;
    if !answer.status().is_success() {
        return Err(refused(format!("status {}", answer.status().as_u16())));
    }
    let bytes = read_answer(answer, LARGEST).await.map_err(|fault| refused(fault.to_string()))?;
    String::from_utf8(bytes).map_err(|_| refused("no text".to_owned()))
}

fn is_here(url: &Url) -> bool {
    let address = |host: &str| host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    url.host_str().is_some_and(|host| host == "localhost" || address(host))
}
