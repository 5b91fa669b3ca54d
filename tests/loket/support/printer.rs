//! A slip printer on a real socket that keeps every byte, in good and bad moods; and what the bytes say.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How the printer behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Prints and reports.
    Reports,
    /// Prints and never says a word.
    Silent,
    /// Takes what comes and neither prints nor answers; the roll is there.
    Stuck,
    /// Reports that the roll is empty.
    PaperOut,
    /// Resets the connection after some bytes of a slip.
    Breaks,
}

/// The printer. Dropped, it is off.
pub struct TestPrinter {
    /// `127.0.0.1:PORT`.
    pub address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    papers: Arc<Mutex<Vec<Vec<u8>>>>,
    listening: JoinHandle<()>,
}

impl TestPrinter {
    /// Switches a printer on.
    pub async fn on(mood: Mood) -> TestPrinter {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        TestPrinter::listening(listener, address, mood)
    }

    /// Switches it on again at the address it had.
    pub async fn on_again(address: SocketAddr, mood: Mood) -> TestPrinter {
        let listener = TcpListener::bind(address).await.unwrap();
        TestPrinter::listening(listener, address, mood)
    }

    fn listening(listener: TcpListener, address: SocketAddr, mood: Mood) -> TestPrinter {
        let mood = Arc::new(Mutex::new(mood));
        let papers: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let (now, kept) = (Arc::clone(&mood), Arc::clone(&papers));
        let listening = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let mood = *now.lock().unwrap();
                serve(connection, mood, &kept).await;
            }
        });
        TestPrinter { address, mood, papers, listening }
    }

    /// Changes its mood.
    pub fn turn(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What came on each connection, without the questions.
    pub fn papers(&self) -> Vec<Paper> {
        self.papers.lock().unwrap().iter().filter(|bytes| !bytes.is_empty()).map(|bytes| Paper::of(bytes)).collect()
    }

    /// Switches it off.
    pub async fn off(self) {
        self.listening.abort();
        // An aborted task gives its socket back when it has ended.
        while !self.listening.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn serve(mut connection: TcpStream, mood: Mood, papers: &Mutex<Vec<Vec<u8>>>) {
    let place = {
        let mut papers = papers.lock().unwrap();
        papers.push(Vec::new());
        papers.len() - 1
    };
    let mut buffer = [0u8; 4096];
    while let Ok(length) = connection.read(&mut buffer).await {
        if length == 0 {
            return;
        }
        let mut came = buffer[..length].to_vec();
        let paper_asked = take_out(&mut came, &[0x10, 0x04, 0x04]);
        let done_asked = take_out(&mut came, &[0x1d, 0x72, 0x01]);
        papers.lock().unwrap()[place].extend(&came);
        if mood == Mood::Breaks && !came.is_empty() {
            connection.set_zero_linger().unwrap();
            return;
        }
        let answer = match mood {
            Mood::Silent => None,
            Mood::PaperOut => paper_asked.then_some(0x72),
            Mood::Stuck => paper_asked.then_some(0x12),
            Mood::Reports | Mood::Breaks => {
                (paper_asked || done_asked).then_some(if paper_asked { 0x12 } else { 0x00 })
            }
        };
        if let Some(answer) = answer {
            connection.write_all(&[answer]).await.unwrap();
        }
    }
}

fn take_out(bytes: &mut Vec<u8>, question: &[u8]) -> bool {
    let at = bytes.windows(question.len()).position(|part| part == question);
    if let Some(at) = at {
        bytes.drain(at..at + question.len());
    }
    at.is_some()
}

/// What a person would hold in the hand.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// Lines with text and the size of their letters.
    pub lines: Vec<(String, u8)>,
    /// Content of the QR codes printed.
    pub codes: Vec<String>,
    /// How often the knife fell.
    pub cuts: usize,
    line: String,
    size: u8,
    stored: String,
}

impl Paper {
    /// Reads ESC/POS; an unknown command is a failure of the test.
    fn of(bytes: &[u8]) -> Paper {
        let mut paper = Paper::default();
        let mut rest = bytes;
        while let Some(first) = rest.first() {
            let length = match (first, rest.get(1), rest.get(2)) {
                (0x1b, Some(b'@'), _) => 2,
                (0x1b, Some(b'a' | b'E' | b'G'), _) => 3,
                (0x1b, Some(b'd'), _) => paper.end_line(3),
                (b'\n', _, _) => paper.end_line(1),
                (0x1d, Some(b'!'), Some(size)) => paper.set_size(*size),
                (0x1d, Some(b'V'), _) => paper.cut(),
                (0x1d, Some(b'('), Some(b'k')) => paper.code(rest),
                (0x20..=0x7e, _, _) => paper.letter(*first),
                other => panic!("an unknown command {other:02x?} in {bytes:02x?}"),
            };
            // A paper that was broken off may end within a command.
            rest = rest.get(length..).unwrap_or_default();
        }
        paper
    }

    /// The text of a line of large letters: the number or the code.
    pub fn largest(&self) -> &str {
        self.lines.iter().max_by_key(|(_, size)| *size).map_or("", |(text, _)| text)
    }

    /// Whether a line reads so.
    pub fn says(&self, text: &str) -> bool {
        self.lines.iter().any(|(line, _)| line.contains(text))
    }

    fn letter(&mut self, byte: u8) -> usize {
        self.line.push(char::from(byte));
        1
    }

    fn end_line(&mut self, length: usize) -> usize {
        if !self.line.is_empty() {
            self.lines.push((std::mem::take(&mut self.line), self.size));
        }
        length
    }

    fn set_size(&mut self, size: u8) -> usize {
        self.size = size;
        3
    }

    fn cut(&mut self) -> usize {
        self.cuts += 1;
        4
    }

    /// `GS ( k pL pH cn fn …`: 80 stores the content, 81 prints it.
    fn code(&mut self, bytes: &[u8]) -> usize {
        let length = usize::from(bytes[3]) + 256 * usize::from(bytes[4]);
        match (bytes.get(5), bytes.get(6)) {
            (Some(49), Some(80)) => self.stored = String::from_utf8_lossy(&bytes[8..5 + length]).into_owned(),
            (Some(49), Some(81)) => self.codes.push(self.stored.clone()),
            _ => {}
        }
        5 + length
    }
}
