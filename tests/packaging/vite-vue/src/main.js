import { createApp } from 'vue';
import { defineElements } from 'jetapi-widget';

import Accounts from './Accounts.vue';

defineElements();
createApp(Accounts).mount('#app');
