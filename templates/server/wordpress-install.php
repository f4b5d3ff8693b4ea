<?php
// Installs WordPress in a folder of its owner's, as its owner. ORDER (JSON) says whose; it holds the passwords, so it
// comes by standard input. Nothing is sent, nothing is fetched. Ends with "installed" where all of it is there.

$order = json_decode(ORDER, true);
$folder = $order['folder'];

function in_php($value)
{
    return var_export($value, true);
}

function configuration($order)
{
    $settings = [
        'DB_NAME' => $order['database']['name'],
        'DB_USER' => $order['database']['name'],
        'DB_PASSWORD' => $order['database']['password'],
        'DB_HOST' => 'localhost',
        'DB_CHARSET' => 'utf8mb4',
        'DB_COLLATE' => '',
    ];
    $salts = ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT',
        'LOGGED_IN_SALT', 'NONCE_SALT'];
    foreach ($salts as $salt) {
        $settings[$salt] = bin2hex(random_bytes(32));
    }
    $settings += ['DISALLOW_FILE_EDIT' => true, 'DISABLE_WP_CRON' => true, 'FORCE_SSL_ADMIN' => true,
        'FS_METHOD' => 'direct', 'WP_DEBUG' => false];
    $lines = ['<?php', '// Dibuat saat WordPress dipasang. Jadwalnya (wp-cron.php) dijalankan Tugas terjadwal hosting.'];
    foreach ($settings as $name => $value) {
        $lines[] = 'define(' . in_php($name) . ', ' . in_php($value) . ');';
    }
    $lines[] = '$table_prefix = ' . in_php('wp_') . ';';
    $lines[] = "if (!defined('ABSPATH')) {\n    define('ABSPATH', __DIR__ . '/');\n}";
    $lines[] = "require_once ABSPATH . 'wp-settings.php';\n";
    return implode("\n", $lines);
}

function keep($path, $text)
{
    if (file_put_contents($path, $text) !== strlen($text)) {
        fwrite(STDERR, 'No space left for ' . basename($path));
        exit(1);
    }
}

// the installer asks its own site whether pretty links work, and writes a letter to the administrator: neither here
function wp_new_blog_notification()
{
}

keep($folder . 'wp-config.php', configuration($order));
chmod($folder . 'wp-config.php', 0600);
@mkdir($folder . 'wp-content/mu-plugins', 0755);
keep($folder . 'wp-content/mu-plugins/hosting.php', <<<'PHP'
<?php
/*
 * Plugin Name: Hosting
 * Description: Tautan cantik berjalan di hosting ini tanpa berkas .htaccess.
 */
add_filter('got_url_rewrite', '__return_true');

// WordPress 6.1 menanyakan nama blok seolah-olah berkas; tanpa ini setiap kunjungan menambah satu baris peringatan di log.
set_error_handler(static function ($level, $text) {
    return str_contains($text, 'open_basedir restriction in effect. File(core/');
}, E_WARNING);

PHP);

define('WP_INSTALLING', true);
define('WP_SITEURL', $order['url']);
$_SERVER['HTTP_HOST'] = $order['host'];
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['HTTPS'] = 'on';
$wp_local_package = 'id_ID';
require $folder . 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
load_default_textdomain('id_ID');

$links = '/%year%/%monthnum%/%postname%/';
$pretty = function () use ($links) {
    return $links;
};
add_filter('pre_option_permalink_structure', $pretty);
wp_install($order['title'], $order['user'], $order['email'], true, '', wp_slash($order['password']), 'id_ID');
remove_filter('pre_option_permalink_structure', $pretty);
update_option('permalink_structure', $links);
update_option('timezone_string', $order['timezone']);
delete_option('rewrite_rules'); // made anew by the first visitor

$user = get_user_by('login', $order['user']);
if (!is_blog_installed() || !$user || !user_can($user, 'manage_options')
    || !wp_check_password($order['password'], $user->user_pass, $user->ID)) {
    fwrite(STDERR, 'WordPress did not install itself: ' . $wpdb->last_error);
    exit(1);
}
echo "\ninstalled\n";
