// The words of the distress desk's pages, of all languages: they come with these pages.

import { addMessages } from '../i18n.svelte';
import ar from './ar.json';
import en from './en.json';
import fr from './fr.json';
import ru from './ru.json';

addMessages({ en, fr, ru, ar });
