<?php
// Acceptance probe of a new hosting: does what an application would do, for one visitor who knows the key, for ten
// minutes; then removes itself. Credentials come in the body of the request and are never stored.
if (time() > {{EXPIRES}}) {
    @unlink(__FILE__);
}
if (time() > {{EXPIRES}} || !hash_equals('{{KEY_SHA256}}', hash('sha256', (string) ($_POST['key'] ?? '')))) {
    http_response_code(404);
    exit;
}
ini_set('display_errors', '0');

function uid(): int
{
    if (function_exists('posix_geteuid')) {
        return posix_geteuid();
    }
    $file = tempnam(sys_get_temp_dir(), 'uid');
    $uid = fileowner($file);
    unlink($file);
    return (int) $uid;
}

function database(string $name, string $user, string $password): array
{
    try {
        $sql = new PDO('mysql:host=localhost;charset=utf8mb4', $user, $password, [
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_TIMEOUT => 5,
        ]);
        $seen = $sql->query('SHOW DATABASES')->fetchAll(PDO::FETCH_COLUMN);
        $table = '`' . $name . '`.`layanan_probe_{{TOKEN}}`';
        $sql->exec("CREATE TABLE $table (word VARCHAR(20)) CHARACTER SET utf8mb4");
        try {
            $sql->prepare("INSERT INTO $table VALUES (?)")->execute(['Tarakan']);
            $read = $sql->query("SELECT word FROM $table")->fetchColumn();
        } finally {
            $sql->exec("DROP TABLE $table");
        }
        return ['seen' => $seen, 'read' => $read];
    } catch (Throwable $error) {
        // The driver's words may repeat the credentials: only its code leaves.
        return ['error' => get_class($error) . ' ' . $error->getCode()];
    }
}

function readable(array $paths): array
{
    return array_values(array_filter($paths, fn ($path) => @is_dir($path)
        ? @scandir($path) !== false
        : @file_get_contents($path, false, null, 0, 1) !== false));
}

$answer = [
    'product' => (int) ($_POST['a'] ?? 0) * (int) ($_POST['b'] ?? 0),
    'version' => PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION,
    'uid' => uid(),
    'readable' => readable((array) json_decode((string) ($_POST['paths'] ?? '[]'))),
];
if (isset($_POST['database'], $_POST['user'], $_POST['password'])) {
    $answer['database'] = database($_POST['database'], $_POST['user'], $_POST['password']);
}
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode($answer);
