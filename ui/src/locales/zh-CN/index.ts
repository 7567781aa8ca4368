import account from './account.json';
import app from './app.json';
import arrivals from './arrivals.json';
import batch from './batch.json';
import cite from './cite.json';
import companion from './companion.json';
import errors from './errors.json';
import form from './form.json';
import handover from './handover.json';
import help from './help.json';
import history from './history.json';
import intake from './intake.json';
import life from './life.json';
import library from './library.json';
import notices from './notices.json';
import pickers from './pickers.json';
import places from './places.json';
import requests from './requests.json';
import search from './search.json';
import settings from './settings.json';
import shared from './shared.json';
import statistics from './statistics.json';
import vault from './vault.json';

// native.json belongs to the shell (tray, toasts) and is compiled into it
export default {
  account,
  app,
  arrivals,
  batch,
  cite,
  companion,
  errors,
  form,
  handover,
  help,
  history,
  intake,
  library,
  life,
  notices,
  pickers,
  places,
  requests,
  search,
  settings,
  shared,
  statistics,
  vault,
};
