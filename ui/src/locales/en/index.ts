import account from './account.json';
import app from './app.json';
import errors from './errors.json';
import help from './help.json';
import native from './native.json';
import notices from './notices.json';
import requests from './requests.json';
import search from './search.json';
import settings from './settings.json';

// native.json belongs to the shell (tray, toasts) and is compiled into it; the page asks about closing
export default { account, app, closing: native.close, errors, help, notices, requests, search, settings };
