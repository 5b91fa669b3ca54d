//! Examples of the desk, in every state, for the tests of pages.

use super::desk::{Choice, CounterLine, DeskPage, Ended, Form, FoundLine, Parked, PausedLine, StopCard, TicketCard};
use super::desk_file::FileCard;
use super::desk_person::{PersonCard, VerdictCard};
use crate::ids::{CounterId, TicketId};
use crate::queue::{DeskState, GroupView, Priority, StopState, TicketState};
use crate::web::page::Page;

impl TicketCard {
    /// An example for the tests.
    pub(super) fn sample(state: TicketState, name: &str) -> TicketCard {
        let stop = |position, state| StopCard {
            position,
            name: name.into(),
            state,
            is_current: position == 1,
            counter: (position == 1).then_some(3),
        };
        TicketCard {
            id: TicketId::new(1),
            number: "A-012".into(),
            state,
            priority: Priority::Elderly,
            minutes: 7,
            wait_minutes: Some(19),
            calls: 2,
            received: state == TicketState::Called,
            may_recall: true,
            picks_up: state == TicketState::Serving,
            stops: vec![stop(1, StopState::Serving), stop(2, StopState::Pending), stop(3, StopState::Pending)],
        }
    }
}

fn person_of(ticket: &TicketCard) -> Option<PersonCard> {
    let card = PersonCard { purpose: "SIP Bidan".into(), ..PersonCard::default() };
    (ticket.state == TicketState::Serving).then_some(card)
}

fn with_file(page: DeskPage, file: FileCard) -> DeskPage {
    let person = PersonCard {
        purpose: "SIP Bidan".into(),
        file: Some(file.id.clone()),
        correctable: true,
        civil: Some("/kependudukan/permintaan/1".into()),
        verdict: Some(VerdictCard::sample()),
        errors: Vec::new(),
    };
    DeskPage { person: Some(person), file: Some(file), ..page }
}

fn found() -> Vec<FoundLine> {
    let line = |number: &str| FoundLine {
        id: TicketId::new(1),
        number: number.into(),
        services: "SIP Bidan · Cetak KK".into(),
        words: "23 November 2026".into(),
    };
    vec![line("A-012"), line("P-003")]
}

fn counter(number: i64, state: DeskState, mine: bool) -> CounterLine {
    CounterLine {
        id: CounterId::new(number),
        number,
        groups: vec!["A", "C"],
        quick_only: !mine,
        state,
        officer: mine.then(|| "Petugas DATA UJI".to_owned()),
        mine,
    }
}

impl Page for DeskPage {
    const TEMPLATE: &'static str = "queue/desk.html";

    fn samples() -> Vec<Self> {
        let page = |ticket: Option<TicketCard>, form, state| DeskPage {
            site: "opi".into(),
            counter: Some(counter(3, state, true)),
            counters: vec![counter(3, state, true), counter(4, DeskState::Open, false)],
            paused: vec![PausedLine { number: 4, reason: "Salat".into(), minutes: 12 }],
            help: vec![],
            waiting: 17,
            groups: vec![GroupView { letter: 'A', waiting: 17, longest_minutes: 22 }],
            next: vec!["P-004".into(), "A-013".into()],
            on_hold: vec![Parked {
                id: TicketId::new(1),
                number: "A-009".into(),
                reason: "fotokopi".into(),
                minutes: 4,
            }],
            undoable: Some(Ended { id: TicketId::new(1), number: "A-011".into() }),
            person: ticket.as_ref().and_then(person_of),
            file: None,
            ticket,
            form,
            services: vec![Choice { value: "SIPB".into(), label: "A · SIP Bidan".into() }],
            pause_reasons: vec![Choice { value: "prayer".into(), label: "Salat".into() }],
            waiting_numbers: Some(vec![Choice { value: "1".into(), label: "A-013 · menunggu 12 menit".into() }]),
            found: vec![],
            kept: vec![],
            fault: None,
            key: "kunci".into(),
        };
        let long = "Surat Izin Praktik Tenaga Kesehatan yang namanya panjang sekali";
        let card = |state| Some(TicketCard::sample(state, long));
        let shut = page(None, None, DeskState::Closed);
        let nothing = DeskPage {
            counter: None,
            help: vec![4],
            next: vec![],
            on_hold: vec![],
            groups: vec![],
            undoable: None,
            fault: Some("Loket 3 sedang dipakai petugas lain.".into()),
            ..shut
        };
        vec![
            nothing,
            page(None, None, DeskState::Open),
            page(None, Some(Form::Take), DeskState::Paused),
            page(None, Some(Form::Find), DeskState::Open),
            DeskPage { found: found(), kept: found(), ..page(None, Some(Form::Find), DeskState::Open) },
            page(None, Some(Form::OutOfOrder), DeskState::Open),
            page(None, Some(Form::Pause), DeskState::Open),
            page(card(TicketState::Called), None, DeskState::Open),
            page(card(TicketState::Serving), None, DeskState::Open),
            with_file(page(card(TicketState::Serving), None, DeskState::Open), FileCard::sample()),
            with_file(page(card(TicketState::Serving), None, DeskState::Open), FileCard::sample_registered()),
            page(card(TicketState::Serving), Some(Form::Hold), DeskState::Open),
            page(card(TicketState::Serving), Some(Form::Transfer), DeskState::Open),
        ]
    }
}
