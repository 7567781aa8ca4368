import './app/freeze';
import { start } from './app/start';
import './styles/base.css';
import './styles/tokens.css';
import './styles/controls.css';
import './styles/pickers.css';

void start();
