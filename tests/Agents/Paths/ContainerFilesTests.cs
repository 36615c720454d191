using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Tests.Paths;

public sealed class ContainerFilesTests
{
    [Theory]
    [InlineData("Dockerfile", true)]
    [InlineData("build/Dockerfile.arm64", true)]
    [InlineData("build/Containerfile", true)]
    [InlineData("app.dockerfile", true)]
    [InlineData(".gitpod.Dockerfile", true)]
    [InlineData("lib/Mojolicious/Command/dockerfile.pm", false)]
    [InlineData("Dockerfile.j2", false)]
    [InlineData("Dockerfile.md", false)]
    [InlineData("Dockerfile.dockerignore", false)]
    [InlineData("docker.rs", false)]
    public void IsDockerfile_ByTheName_IsNoProgramAboutThemAndNoTemplate(string path, bool dockerfile) => ContainerFiles.IsDockerfile(path).ShouldBe(dockerfile);

    [Theory]
    [InlineData("compose.yaml", true)]
    [InlineData("deploy/docker-compose.prod.yml", true)]
    [InlineData("docker-compose.md", false)]
    public void IsCompose_ByTheName(string path, bool compose) => ContainerFiles.IsCompose(path).ShouldBe(compose);

    [Theory]
    [InlineData(".gitpod.Dockerfile", true)]
    [InlineData(".gitpod/Dockerfile", true)]
    [InlineData("web/.devcontainer/Dockerfile", true)]
    [InlineData("Dockerfile", false)]
    [InlineData("devcontainer/Dockerfile", false)]
    public void IsForDevelopment_ByTheFolderOrTheName(string path, bool development) => ContainerFiles.IsForDevelopment(path).ShouldBe(development);
}
