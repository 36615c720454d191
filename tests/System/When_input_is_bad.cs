using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_input_is_bad : Journey
{
    [Theory]
    [InlineData("no/such/path", "no folder")]
    [InlineData("ext::sh -c 'touch canary'", "transport helpers")]
    [InlineData("-oProxyCommand=touch canary", "-oProxyCommand")]
    [InlineData("--upload-pack=touch canary", "--upload-pack")]
    [InlineData("ssh://example.org/a/b", "ssh")]
    [InlineData("https://user:hunter2@example.org/a/b", "credentials")]
    [InlineData("https://example.org/../../etc/passwd", "..")]
    [InlineData("https://127.0.0.1:1/a/b.git", "127.0.0.1")]
    public async Task A_target_that_cannot_be_is_refused_with_one_clear_message(string target, string says)
    {
        var result = await CharterProcess.RunAsync("", ["analyze", target], new Dictionary<string, string>(StringComparer.Ordinal) { ["CHARTER_DATA"] = Data }, Folder.FullPath);

        result.ExitCode.ShouldBeOneOf(1, 2);
        result.Error.ShouldContain(says);
        result.Error.ShouldContain(target.StartsWith('-') ? "see:" : "fix:");
        result.Error.ShouldNotContain("hunter2");
        result.Error.ShouldNotContain("   at Charterhouse");
        result.Output.ShouldNotContain("published");
        Directory.EnumerateFiles(Folder.FullPath, "canary", SearchOption.AllDirectories).ShouldBeEmpty();
        if (Directory.Exists(Path.Combine(Data, "repositories"))) Directory.EnumerateFileSystemEntries(Path.Combine(Data, "repositories")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_without_repository_and_one_without_commit_are_told_apart()
    {
        Directory.CreateDirectory(Folder.File("plain"));
        using var empty = new GitRepository();

        var plain = await CharterAsync("analyze", Folder.File("plain"));
        var unborn = await CharterAsync("analyze", empty.Path);

        plain.ExitCode.ShouldBe(2);
        plain.Error.ShouldContain("not", Case.Insensitive);
        plain.Error.ShouldContain("repository");
        unborn.ExitCode.ShouldBe(2);
        unborn.Error.ShouldContain("no commit", Case.Insensitive);
        Directory.Exists(Data).ShouldBeFalse("nothing may begin for a target that cannot be analysed");
    }

    [Fact]
    public async Task A_corrupt_repository_fails_the_run_and_says_why()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Path, ".git", "objects"), "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
            File.WriteAllBytes(file, [1, 2, 3]);
        }

        var result = await CharterAsync("analyze", Repository.Path);

        result.ExitCode.ShouldBeOneOf(1, 2);
        result.Error.ShouldContain("fix:");
        result.Error.ShouldNotContain("   at Charterhouse");
    }

    [Fact]
    public async Task A_bad_workflow_file_is_refused_with_every_problem_and_its_place()
    {
        var file = Folder.File("bad.yaml");
        File.WriteAllText(file, "name: bad\nstate:\n  context: { reducer: lst }\nsteps:\n  sync: { uses: repository/snyc }\n  scan: { uses: analysis/scan, needs: [sink] }\n");

        foreach (var arguments in new[] { new[] { "analyze", Repository.Path, "--workflow", file }, ["workflows", "validate", file] })
        {
            var result = await CharterAsync(arguments);
            result.ExitCode.ShouldBe(2);
            var text = result.Error + result.Output;
            text.ShouldContain("bad.yaml:3:");
            text.ShouldContain("bad.yaml:5:");
            text.ShouldContain("bad.yaml:6:");
            text.ShouldContain("repository/sync");
        }
    }

    [Fact]
    public async Task An_unknown_key_in_the_configuration_is_named_with_its_place()
    {
        var file = Folder.File("charterhouse.yaml");
        File.WriteAllText(file, "orchestration:\n  max_concurent_runs: 3\n  recursion_limit: none\n");

        var result = await CharterAsync(["config", "show"], ("CHARTER_CONFIG", file));

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("max_concurent_runs");
        result.Error.ShouldContain("max_concurrent_runs");
        result.Error.ShouldContain("charterhouse.yaml:2");
        result.Error.ShouldContain("recursion_limit");
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_refused()
    {
        File.WriteAllText(Data, "");

        var result = await CharterAsync("analyze", Repository.Path);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("is a file");
        result.Error.ShouldContain("fix:");
    }

    [Fact]
    public async Task The_distributed_profile_is_refused_and_not_ignored()
    {
        var result = await CharterAsync(["config", "show"], ("POSTGRES_CONNECTION_STRING", "Host=127.0.0.1;Password=hunter2"));

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("POSTGRES_CONNECTION_STRING");
        result.Error.ShouldNotContain("hunter2");
    }
}
