//! Every page with its samples, for the test that renders them all.

use super::page::{Page, render_sample};
use crate::messages::Lang;

/// A page that was rendered from a sample, or why it could not be.
pub struct Sample {
    /// The template.
    pub template: &'static str,
    /// HTML or the cause.
    pub html: Result<String, String>,
}

/// Renders every sample of every page in both languages, with and without the demonstration mark.
pub fn render_all() -> Vec<Sample> {
    let mut all = Vec::new();
    of::<super::home::HomePage>(&mut all);
    of::<super::identity::SignInPage>(&mut all);
    of::<super::identity::SetUpPage>(&mut all);
    of::<super::notices::NoticesPage>(&mut all);
    of::<super::identity::FactorPage>(&mut all);
    of::<super::limits::TooManyPage>(&mut all);
    of::<super::identity::DelegationsPage>(&mut all);
    of::<super::population::FamilyPage>(&mut all);
    of::<super::population::LookupPage>(&mut all);
    of::<super::population::OversightPage>(&mut all);
    of::<super::population::SlipPage>(&mut all);
    of::<super::population::TracesPage>(&mut all);
    of::<super::problem::ProblemPage>(&mut all);
    of::<super::queue::AppointmentDayPage>(&mut all);
    of::<super::queue::AppointmentPage>(&mut all);
    of::<super::queue::ChangeAppointmentPage>(&mut all);
    of::<super::queue::CheckInPage>(&mut all);
    of::<super::queue::OwnAppointmentPage>(&mut all);
    of::<super::queue::KioskPage>(&mut all);
    of::<super::queue::KioskTicketPage>(&mut all);
    of::<super::queue::OwnPage>(&mut all);
    of::<super::queue::BoardPage>(&mut all);
    of::<super::queue::CounterPage>(&mut all);
    of::<super::queue::DayEndPage>(&mut all);
    of::<super::queue::DeskPage>(&mut all);
    of::<super::queue::StaffTicketPage>(&mut all);
    of::<super::sites::DevicesPage>(&mut all);
    of::<super::sites::HoursPage>(&mut all);
    of::<super::sites::PairPage>(&mut all);
    of::<super::sites::UnpairedPage>(&mut all);
    of::<super::reports::SupervisorPage>(&mut all);
    of::<super::reports::ReportPage>(&mut all);
    of_files(&mut all);
    of_permits(&mut all);
    all
}

fn of_permits(all: &mut Vec<Sample>) {
    use super::permits;
    of::<permits::AnswerPage>(all);
    of::<permits::ReturnPage>(all);
    of::<permits::RecoverPage>(all);
    of::<permits::RectifyPage>(all);
    of::<permits::ErratumPage>(all);
    of::<permits::WarningsPage>(all);
    of::<permits::DuePage>(all);
    of::<permits::BatchPage>(all);
    of::<permits::BookPage>(all);
    of::<permits::CheckPage>(all);
    of::<permits::DetailPage>(all);
    of::<permits::LifePage>(all);
    of::<permits::FormPage>(all);
    of::<permits::ListPage>(all);
    of::<permits::StartPage>(all);
    of::<permits::StatusPage>(all);
    of::<permits::CompletenessPage>(all);
    of::<permits::FoldersPage>(all);
    of::<permits::RetentionPage>(all);
}

/// Pages about population documents and services.
fn of_files(all: &mut Vec<Sample>) {
    of::<super::civil::PopulationDeskPage>(all);
    of::<super::civil::CivilFormPage>(all);
    of::<super::civil::CivilPage>(all);
    of::<super::civil::ReviewPage>(all);
    of::<super::civil::DoublesPage>(all);
    of::<super::civil::StockPage>(all);
    of::<super::catalogue::ServicesPage>(all);
    of::<super::catalogue::ServicePage>(all);
    of::<super::catalogue::RequirementPage>(all);
    of::<super::catalogue::ServiceFilesPage>(all);
    of::<super::catalogue::EditorPage>(all);
}

fn of<P: Page>(all: &mut Vec<Sample>) {
    for page in P::samples() {
        for lang in Lang::ALL {
            for demo in [true, false] {
                all.push(Sample { template: P::TEMPLATE, html: render_sample(&page, *lang, demo) });
            }
        }
    }
}
