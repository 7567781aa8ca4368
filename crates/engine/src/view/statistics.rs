//! What the screen of statistics sees.

use hongyan_model::{Fen, Quota, Service};
use serde::{Deserialize, Serialize};

use super::NameCount;

choice! {
    /// The tables that can be saved as a file.
    pub enum StatisticsTable {
        /// by month
        #[default]
        Months,
        /// by service
        Services,
        /// by supplier
        Suppliers,
        /// by kind of work
        Kinds,
        /// by language
        Languages,
    }
}

view! {
    /// A month.
    pub struct MonthFigures {
        /// `2026-03`
        pub month: String,
        /// 文献传递
        pub copies: u32,
        /// 馆际互借
        pub loans: u32,
        /// how it ended
        pub outcomes: OutcomeCounts,
        /// what the library was charged
        pub cost: Fen,
        /// what the patron paid
        pub cost_to_patron: Fen,
    }

    /// What came of requests.
    pub struct OutcomeCounts {
        /// the work came
        pub filled: u32,
        /// nobody could supply it
        pub unfilled: u32,
        /// the own library has it
        pub held_locally: u32,
        /// taken back
        pub cancelled: u32,
        /// not decided yet
        pub open: u32,
    }

    /// How long works took from asking until they were there.
    pub struct Turnaround {
        /// works that are counted: those whose arrival is known
        pub count: u32,
        /// a quarter came within so many hours
        pub lower: u32,
        /// half
        pub middle: u32,
        /// three quarters
        pub upper: u32,
    }

    /// A service.
    pub struct ServiceFigures {
        /// copy or loan
        pub service: Service,
        /// what came of its requests
        pub outcomes: OutcomeCounts,
        /// how long it took
        pub turnaround: Option<Turnaround>,
    }

    /// A supplier.
    pub struct SupplierFigures {
        /// its name
        pub name: String,
        /// requests that it filled
        pub filled: u32,
        /// requests that it filled or could not fill
        pub decided: u32,
        /// how long it took
        pub turnaround: Option<Turnaround>,
    }

    /// Figures about the requests that were asked in some months.
    pub struct Statistics {
        /// first month, `2026-03`
        pub from: String,
        /// last month
        pub to: String,
        /// month of the first request there is, if there is one
        pub first: Option<String>,
        /// every month from first to last
        pub months: Vec<MonthFigures>,
        /// copies, then loans
        pub services: Vec<ServiceFigures>,
        /// the most frequent first, 12 at most
        pub suppliers: Vec<SupplierFigures>,
        /// by `Kind`
        pub kinds: Vec<NameCount>,
        /// by ISO 639-2 code; empty: not said
        pub languages: Vec<NameCount>,
        /// the allowance as the platform last said it
        pub quota: Option<Quota>,
    }
}
