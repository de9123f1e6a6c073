//! Data models, one file each.
//!
//! A model says what the theory needs of the data: its spectrum, its information curve, its classes
//! and its samples. Transitions are derived from the first three in [`crate::transitions`], the
//! simulations of [`crate::simulate`] from the last.

pub mod clusters;
pub mod curie_weiss;
pub mod formula;
pub mod gaussian;
pub mod independent;
pub mod linear_manifold;
pub mod losses;
pub mod manifold;
pub mod mixture;
pub mod mixture_file;
pub mod parameter;
pub mod samples;

pub use clusters::Clusters;
pub use curie_weiss::CurieWeiss;
pub use formula::{Formula, Ingredient, Part};
pub use gaussian::Gaussian;
pub use independent::Independent;
pub use linear_manifold::LinearManifold;
pub use losses::Losses;
pub use manifold::Manifold;
pub use mixture::Mixture;
pub use parameter::{Domain, Parameter, Value, Values};
pub use samples::Sampler;

use crate::Answer;
use crate::classes::Classes;
use crate::error::Result;
use crate::guidance::Pair;
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::{Noise, Process};
use crate::rem::finite::Ensemble;
use crate::rem::large_deviations::Energies;
use crate::replica::Replica;
use crate::spectrum::Spectrum;
use crate::tokens::Noised;

/// How much of the finite dimension an information curve includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// The limit d → ∞ at fixed classes: the class label costs nothing per dimension.
    Asymptotic,
    /// The exact information of the mixture at this d, class label included.
    ClassBit,
}

impl Order {
    /// Every order, in the order of the output.
    pub const ALL: [Self; 2] = [Self::Asymptotic, Self::ClassBit];

    /// Name on the command line and in the output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asymptotic => "asymptotic",
            Self::ClassBit => "class-bit",
        }
    }

    /// True for orders that data of one class have too.
    pub fn is_of_one_class(self) -> bool {
        self == Self::Asymptotic
    }

    /// Source of a collapse time of this order.
    pub fn source(self) -> &'static str {
        match self {
            Self::Asymptotic => "BBDM24 Eq. 5",
            Self::ClassBit => "BBDM24 Eq. 5, class information added",
        }
    }
}

/// What a data model says of itself: three things it must say, the rest follows as for one Gaussian with
/// its spectrum unless it says otherwise.
pub trait Model: Send + Sync {
    /// Name on the command line.
    fn name(&self) -> &'static str;

    /// Ambient dimension d; infinite in the asymptotic theory.
    fn dimension(&self) -> f64;

    /// The covariance spectrum within a class, or why it is not known.
    fn spectrum(&self) -> Answer<&Spectrum>;

    /// Largest eigenvalue Λ of the data covariance, or why it has none.
    ///
    /// # Errors
    /// Failed numerics.
    fn top_eigenvalue(&self) -> Result<Answer> {
        let outlier = self.outliers()?.first().copied();
        Ok(outlier.map_or_else(|| self.spectrum().map(Spectrum::top), Answer::Value))
    }

    /// Population eigenvalues above the within-class spectrum, largest first: the class spikes.
    ///
    /// # Errors
    /// Failed numerics.
    fn outliers(&self) -> Result<Vec<Estimate>> {
        Ok(Vec::new())
    }

    /// Mutual information I(a; x_t)/d in nats per ambient dimension.
    ///
    /// # Errors
    /// Failed numerics.
    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        Ok(match order {
            Order::Asymptotic => self.spectrum().map(|spectrum| spectrum.information(noise)),
            Order::ClassBit => one_class(),
        })
    }

    /// Posterior variance per ambient dimension E|a − E[a|x_t]|²/d = 2 dI/dsnr of the asymptotic
    /// information.
    ///
    /// # Errors
    /// Failed numerics.
    fn mmse(&self, noise: Noise) -> Result<Answer> {
        Ok(self.spectrum().map(|spectrum| spectrum.mmse(noise)))
    }

    /// Mean square per ambient dimension E|a|²/d, the mean of the data included, or why it is not known.
    fn second_moment(&self) -> Answer {
        match self.gaussian() {
            Answer::Value(spectrum) => Answer::Value(spectrum.mean()),
            Answer::Absent(_) => Answer::absent("E|a|² of these data is not known"),
        }
    }

    /// The spectrum of data that are one centred Gaussian, or why they are none.
    fn gaussian(&self) -> Answer<&Spectrum> {
        Answer::absent("these data are not one Gaussian: take gaussian or linear-manifold")
    }

    /// The derivative of [`Model::mmse`] by snr, where the model has it; to steer by, without a bound.
    fn mmse_slope(&self, noise: Noise) -> Option<f64> {
        let _ = noise;
        None
    }

    /// The posterior variance per ambient dimension 2 dI/dsnr at an order of the information.
    ///
    /// # Errors
    /// Failed numerics.
    fn mmse_of(&self, noise: Noise, order: Order) -> Result<Answer> {
        if order == Order::Asymptotic {
            return self.mmse(noise);
        }
        if let Answer::Absent(reason) = self.information(noise, order)? {
            return Ok(Answer::Absent(reason));
        }
        let classes = match self.classes() {
            Answer::Value(classes) => classes,
            // The class bit of infinitely many dimensions.
            Answer::Absent(_) if self.dimension().is_infinite() => return self.mmse(noise),
            Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
        };
        let share = classes.mmse(noise)?.map(|class| class / self.dimension());
        let within = self.mmse(noise)?;
        Ok(share.and_then(|share| within.map(|within| within + share)))
    }

    /// sup over snr of the information per dimension; infinite for continuous data.
    ///
    /// # Errors
    /// Failed numerics.
    fn largest_information(&self, order: Order) -> Result<Estimate> {
        let _ = order;
        let constant = self.spectrum().found().is_some_and(|spectrum| spectrum.top().value == 0.0);
        Ok(Estimate::exact(if constant { 0.0 } else { f64::INFINITY }))
    }

    /// t_C at α = log n/d where a closed form exists. `bandwidth` is the ε of a smoothed score.
    fn collapse_closed_form(
        &self,
        alpha: Estimate,
        bandwidth: f64,
        order: Order,
    ) -> Option<Answer> {
        let _ = (alpha, bandwidth, order);
        None
    }

    /// t_C of the unsmoothed score at α = log n/d to leading order in d, for models that solve for it
    /// faster than by a root of the information curve.
    ///
    /// # Errors
    /// Failed numerics.
    fn solve_collapse(&self, alpha: Estimate) -> Result<Option<Answer>> {
        let _ = alpha;
        Ok(None)
    }

    /// An approximation of the top eigenvalue of the class means that a paper gives.
    ///
    /// # Errors
    /// Failed numerics.
    fn eigenvalue(&self, ingredient: Ingredient) -> Result<Answer> {
        let _ = ingredient;
        Ok(Answer::absent("defined for latent classes behind an activation"))
    }

    /// The loss curves that the model was measured by, where it was.
    fn losses(&self) -> Option<&Losses> {
        None
    }

    /// ½ log det(1 + C snr)/d, C the covariance of all the data: the information of a Gaussian that has it.
    ///
    /// # Errors
    /// Failed numerics.
    fn covariance_information(&self, noise: Noise) -> Result<Answer> {
        Ok(self.gaussian().map(|spectrum| spectrum.information(noise)))
    }

    /// The replica-symmetric engine behind the information curve, where there is one.
    fn replica(&self) -> Option<&Replica> {
        None
    }

    /// μ̃ of two opposite classes of equal weight, |m|² = d μ̃², for the drift potential.
    fn reduced_mean(&self) -> Option<Estimate> {
        None
    }

    /// Two opposite Gaussian classes of equal weight and one isotropic variance about their middle, or why the
    /// data are not that.
    fn opposite_classes(&self) -> Answer<Pair> {
        Answer::absent(
            "solved for two classes of equal weight and one isotropic variance (clusters, or a mixture of two): simulate guidance has others",
        )
    }

    /// The classes of the data, or why there are none.
    fn classes(&self) -> Answer<&dyn Classes> {
        Answer::absent("one Gaussian has one class")
    }

    /// The energy levels of the samples at α = log n/d to leading order in d, or why they are not
    /// known.
    ///
    /// # Errors
    /// Failed numerics.
    fn energies(&self, alpha: f64) -> Result<Answer<Energies>> {
        let _ = alpha;
        Ok(Answer::absent(NO_LEVELS))
    }

    /// The samples as a random energy model at finite n and d, or why it is not known.
    ///
    /// # Errors
    /// Failed numerics.
    fn ensemble(&self, log_n: f64) -> Result<Answer<Ensemble>> {
        let _ = log_n;
        Ok(Answer::absent(NO_LEVELS))
    }

    /// Draws samples of the model, or says why there are none. What all samples of one data set
    /// share, such as a random embedding, is drawn from `frame`.
    ///
    /// # Errors
    /// Failed numerics.
    fn sampler(&self, frame: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        let _ = frame;
        Ok(Answer::absent("no samples are drawn of this model"))
    }

    /// The data as strings under the noise of tokens, or why they are none.
    fn strings(&self) -> Answer<Noised<'_>> {
        Answer::absent("these data are not strings of tokens")
    }

    /// How the model writes an ingredient of the theory; for explanations.
    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        let _ = ingredient;
        None
    }

    /// The computed numbers in the formula of an ingredient, at a noise level where it depends on one.
    ///
    /// # Errors
    /// Failed numerics.
    fn parts(&self, ingredient: Ingredient, noise: Option<Noise>) -> Result<Vec<Part>> {
        let _ = (ingredient, noise);
        Ok(Vec::new())
    }

    /// Remarks that every result on this model should carry.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Why a model of one class has no class-bit order.
fn one_class() -> Answer {
    Answer::absent("one class: there is no class bit, the asymptotic order is exact")
}

/// Why data of other kinds have no energy levels here.
const NO_LEVELS: &str = "the energy levels are known for Gaussian data of one spectrum only";

/// A model as the command line knows it.
#[derive(Debug)]
pub struct Entry {
    /// Name on the command line.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// What noise does to data of this kind.
    pub process: Process,
    /// Whether data of this kind can have several classes.
    pub classes: bool,
    /// Whether the random energy model of this kind of data is known.
    pub levels: bool,
    /// Whether data of this kind are an activation of latent coordinates.
    pub latent: bool,
    /// An example of the arguments that follow the name.
    pub example: &'static str,
    /// Builds the model.
    pub build: fn(&Values) -> Result<Box<dyn Model>>,
}

impl Entry {
    /// Whether data of this kind can tell the information on their class.
    pub fn tells_classes(&self) -> bool {
        self.classes || self.is_measured()
    }

    /// Whether data of this kind are known by measured losses alone, so that no samples are drawn of them.
    pub fn is_measured(&self) -> bool {
        self.parameters.iter().any(|p| p.name == losses::CONDITIONAL.name)
    }
}

/// Every model; a new one is its file and a line here.
pub const CATALOGUE: &[Entry] = &[
    clusters::ENTRY,
    gaussian::ENTRY,
    mixture::ENTRY,
    linear_manifold::ENTRY,
    manifold::ENTRY,
    curie_weiss::ENTRY,
    independent::ENTRY,
    losses::ENTRY,
];
