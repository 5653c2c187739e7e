// The words of the requests' page, of all languages: they come with it.

import { addMessages } from '../i18n.svelte';
import ar from './ar.json';
import en from './en.json';
import fr from './fr.json';
import ru from './ru.json';

addMessages({ en, fr, ru, ar });
