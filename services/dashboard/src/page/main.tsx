import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/run.css';
import { App } from './app.js';

render(<App />, document.getElementById('page')!);
