// Words of calls by voice and video. Bundled with the page, because a call may come on any of its views.
import { addMessages } from '../i18n.svelte';
import ar from './ar.json';
import en from './en.json';
import fr from './fr.json';
import ru from './ru.json';

addMessages({ ar, en, fr, ru });
