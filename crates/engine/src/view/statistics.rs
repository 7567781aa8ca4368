//! View types of the statistics.

use hongyan_model::{Fen, Quota, Service};
use serde::{Deserialize, Serialize};

use super::NameCount;

choice! {
    /// Tables that can be exported.
    pub enum StatisticsTable {
        /// by month of creation
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
    /// Figures of a month.
    pub struct MonthFigures {
        /// `2026-03`
        pub month: String,
        /// number of 文献传递
        pub copies: u32,
        /// number of 馆际互借
        pub loans: u32,
        /// requests by outcome
        pub outcomes: OutcomeCounts,
        /// charge to the library
        pub cost: Fen,
        /// charge to the patron
        pub cost_to_patron: Fen,
    }

    /// Numbers of requests by outcome.
    pub struct OutcomeCounts {
        /// supplied
        pub filled: u32,
        /// no library could supply it
        pub unfilled: u32,
        /// held by the own library
        pub held_locally: u32,
        /// cancelled
        pub cancelled: u32,
        /// still open
        pub open: u32,
    }

    /// Time from request to arrival, as quartiles in hours.
    pub struct Turnaround {
        /// number of requests whose arrival is known
        pub count: u32,
        /// first quartile
        pub lower: u32,
        /// median
        pub middle: u32,
        /// third quartile
        pub upper: u32,
    }

    /// Figures of a service.
    pub struct ServiceFigures {
        /// copy or loan
        pub service: Service,
        /// requests by outcome
        pub outcomes: OutcomeCounts,
        /// time to arrival; none when no arrival is known
        pub turnaround: Option<Turnaround>,
    }

    /// Figures of a supplier.
    pub struct SupplierFigures {
        /// name
        pub name: String,
        /// number of requests filled
        pub filled: u32,
        /// number of requests filled or unfilled
        pub decided: u32,
        /// time to arrival; none when no arrival is known
        pub turnaround: Option<Turnaround>,
    }

    /// Figures of the requests created in a range of months.
    pub struct Statistics {
        /// first month, `2026-03`
        pub from: String,
        /// last month
        pub to: String,
        /// month of the first request of all; none without requests
        pub first: Option<String>,
        /// every month of the range
        pub months: Vec<MonthFigures>,
        /// copies, then loans
        pub services: Vec<ServiceFigures>,
        /// suppliers, most frequent first, 12 at most
        pub suppliers: Vec<SupplierFigures>,
        /// by `Kind`
        pub kinds: Vec<NameCount>,
        /// by ISO 639-2 code; empty when unknown
        pub languages: Vec<NameCount>,
        /// the quota as last stated by the platform
        pub quota: Option<Quota>,
    }
}
