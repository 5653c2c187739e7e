import { mount } from 'svelte';
import App from './App.svelte';
import { takeTokenFromAddress } from './api/client';
import './fonts';
import './app.css';
import 'uplot/dist/uPlot.min.css';

takeTokenFromAddress();
mount(App, { target: document.getElementById('app')! });
