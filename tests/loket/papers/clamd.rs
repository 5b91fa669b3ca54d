//! A virus scanner that speaks the protocol of clamd over TCP, and misbehaves on demand.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What it does with the next question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Answers by what it was sent: anything with `EICAR` in it is a virus.
    Honest,
    /// Ends the connection at once.
    Dead,
    /// Says nothing.
    Slow,
    /// Says something else.
    Garbage,
}

/// A running scanner.
pub struct Clamd {
    pub address: String,
    mood: Arc<Mutex<Mood>>,
}

impl Clamd {
    pub async fn start() -> Clamd {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        let mood = Arc::new(Mutex::new(Mood::Honest));
        let shared = Arc::clone(&mood);
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let mood = *shared.lock().unwrap();
                tokio::spawn(answer(line, mood));
            }
        });
        Clamd { address, mood }
    }

    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

async fn answer(mut line: TcpStream, mood: Mood) -> std::io::Result<()> {
    if mood == Mood::Dead {
        return Ok(());
    }
    let mut command = [0; 10];
    line.read_exact(&mut command[..6]).await?;
    if &command[..6] == b"zPING\0" {
        return line.write_all(b"PONG\0").await;
    }
    line.read_exact(&mut command[6..]).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut sent = Vec::new();
    loop {
        let mut length = [0; 4];
        line.read_exact(&mut length).await?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        if length == 0 {
            break;
        }
        let mut piece = vec![0; length];
        line.read_exact(&mut piece).await?;
        sent.extend(piece);
    }
    let found = sent.windows(5).any(|part| part == b"EICAR");
    match mood {
        Mood::Honest if found => line.write_all(b"stream: Eicar-Test-Signature FOUND\0").await,
        Mood::Honest => line.write_all(b"stream: OK\0").await,
        Mood::Garbage => line.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await,
        Mood::Slow | Mood::Dead => {
            let mut forever = [0];
            line.read_exact(&mut forever).await.map(|_| ())
        }
    }
}
